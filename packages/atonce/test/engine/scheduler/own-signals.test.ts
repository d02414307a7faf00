import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { createScheduler } from '../../../src/engine/scheduler/scheduler.ts';
import '../support/unhandled.ts';

function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

test('a task that is skipped before the run began to listen leaves no listener on its signal', async () => {
  const { signal } = new AbortController();
  const scheduler = createScheduler();
  scheduler.add({ name: 'stopped', run: () => 1, signal: AbortSignal.abort('before') });
  scheduler.add({ name: 'skipped', run: () => 2, dependsOn: ['stopped'], signal });
  const { skipped } = await scheduler.run();
  expect(skipped).toBe(1);
  expect(listeners(signal)).toBe(0);
});

test('a task that is skipped as it joins a run leaves no listener on its signal', async () => {
  const { signal } = new AbortController();
  const scheduler = createScheduler();
  scheduler.add({
    name: 'failed',
    run: () => {
      throw new Error('no');
    },
  });
  scheduler.add({
    name: 'adding',
    dependsOn: ['failed'],
    onDependencyFailure: 'run',
    run: () => scheduler.add({ name: 'skipped', run: () => 2, dependsOn: ['failed'], signal }),
  });
  const { skipped } = await scheduler.run();
  expect(skipped).toBe(1);
  expect(listeners(signal)).toBe(0);
});
