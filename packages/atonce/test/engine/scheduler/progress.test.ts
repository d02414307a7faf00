import { describe, expect, test } from 'vitest';
import type { SchedulerEvent } from '../../../src/engine/scheduler/events.ts';
import { createScheduler } from '../../../src/engine/scheduler/scheduler.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';
import { range, turns } from '../support/turn.ts';
import { played } from './support/graphs.ts';
import '../support/unhandled.ts';

const failure = new Error('no');
const fail = async (): Promise<never> => {
  throw failure;
};

describe('progress', () => {
  test('tells what happens, in order, with counts that add up', async () => {
    const clock = fakeClock();
    const events: SchedulerEvent[] = [];
    const scheduler = createScheduler({ clock, onProgress: (event) => events.push(event) });
    scheduler.add({
      name: 'a',
      retry: { attempts: 2, backoff: 5 },
      run: ({ attempt, report }) => {
        report(attempt);
        throw failure;
      },
    });
    scheduler.add({ name: 'b', dependsOn: ['a'], run: () => 1 });
    scheduler.add({ name: 'c', run: () => 1 });
    await played(clock, scheduler.run());
    const told = events.map((event) =>
      event.type === 'finished' ? 'finished' : `${event.type} ${event.name} ${event.attempt}`,
    );
    expect(told).toEqual([
      'started a 1',
      'report a 1',
      'retrying a 1',
      'started c 1',
      'settled c 1',
      'started a 2',
      'report a 2',
      'settled a 2',
      'settled b 0',
      'finished',
    ]);
    expect(events.at(-1)?.counts).toEqual({
      total: 3,
      running: 0,
      succeeded: 1,
      failed: 1,
      skipped: 1,
      elapsedMs: 5,
    });
  });

  test.each(['started', 'settled', 'retrying', 'report', 'finished'])(
    'a listener that throws at %s ends the run with its error',
    async (type) => {
      const broken = new TypeError('in the listener');
      const onProgress = (event: SchedulerEvent): void => {
        if (event.type === type) throw broken;
      };
      const scheduler = createScheduler({ onProgress, retry: { attempts: 2, backoff: 0 } });
      const run = async ({ attempt, report }: { attempt: number; report(data: unknown): void }) => {
        report(1);
        await turns(attempt);
        if (attempt === 1) throw failure;
      };
      for (const index of range(3)) scheduler.add({ name: `t${index}`, run });
      scheduler.add({ name: 'after', dependsOn: ['t0'], run });
      await expect(scheduler.run()).rejects.toBe(broken);
    },
  );

  test('a listener may add tasks at any time', async () => {
    let added = 0;
    const scheduler = createScheduler({
      concurrency: 2,
      onProgress: ({ type }) => {
        if (type === 'finished' || added >= 50) return;
        const dependsOn = added % 3 === 0 ? ['bad'] : [];
        scheduler.add({ name: `added${added++}`, dependsOn, run: () => 1 });
      },
    });
    scheduler.add({ name: 'bad', run: fail });
    const report = await scheduler.run();
    expect(report.outcomes).toHaveLength(51);
    expect(report.succeeded + report.skipped + report.failed).toBe(51);
  });
});
