import { expect, test } from 'vitest';
import { createScheduler } from '../../../src/engine/scheduler/scheduler.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';
import { played, takes } from './support/graphs.ts';
import '../support/unhandled.ts';

test('a task that was skipped early joins no way through the graph that nobody went', async () => {
  const clock = fakeClock();
  const scheduler = createScheduler({ clock });
  scheduler.add({ name: 'long', run: () => takes(clock, 100, 1) });
  scheduler.add({ name: 'fails', run: () => Promise.reject(new Error('no')) });
  scheduler.add({ name: 'skipped', dependsOn: ['long', 'fails'], run: () => 2 });
  scheduler.add({
    name: 'clean up',
    dependsOn: ['skipped'],
    onDependencyFailure: 'run',
    run: () => takes(clock, 60, 3),
  });
  const report = await played(clock, scheduler.run());
  expect(report).toMatchObject({ makespanMs: 100, lowerBoundMs: 100, makespanRatio: 1 });
  expect(report.criticalPath).toEqual({ names: ['long'], ms: 100 });
});
