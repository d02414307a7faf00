import { describe, expect, test, vi } from 'vitest';
import { createScheduler } from '../../../src/engine/scheduler/scheduler.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';
import { countingLimit } from '../support/counting-limit.ts';
import { deferred, never, range, turn } from '../support/turn.ts';
import { played, takes } from './support/graphs.ts';
import '../support/unhandled.ts';

const failure = new Error('no');
const fail = async (): Promise<never> => {
  throw failure;
};

describe('an abort', () => {
  test('before the run starts nothing', async () => {
    const scheduler = createScheduler();
    const run = vi.fn();
    scheduler.add({ name: 'a', run });
    scheduler.add({ name: 'b', dependsOn: ['a'], run });
    const report = await scheduler.run({ signal: AbortSignal.abort(failure) });
    expect(run).not.toHaveBeenCalled();
    expect(report).toMatchObject({ ok: false, stopped: true, failed: 2, skipped: 0 });
    expect(report.outcomes).toMatchObject(
      range(2).map(() => ({ gaveUp: 'cancelled', error: { code: 'E_CANCELLED', cause: failure } })),
    );
  });

  test('during the run aborts what is running, cancels what is not, and gives slots back', async () => {
    const pool = countingLimit(2);
    const controller = new AbortController();
    const scheduler = createScheduler({ concurrency: 2, pools: { pool } });
    const seen: unknown[] = [];
    for (const index of range(5))
      scheduler.add({
        name: `t${index}`,
        pool: 'pool',
        run: ({ signal }) => {
          signal.addEventListener('abort', () => seen.push(signal.reason));
          return never();
        },
      });
    scheduler.add({ name: 'after', dependsOn: ['t0'], run: () => 1 });
    const end = scheduler.run({ signal: controller.signal });
    await turn();
    controller.abort(failure);
    const report = await end;
    expect(seen).toEqual([failure, failure]);
    expect(report.outcomes.map(({ attempts }) => attempts)).toEqual([1, 1, 0, 0, 0, 0]);
    expect(report.outcomes.every((one) => !one.ok && one.gaveUp === 'cancelled')).toBe(true);
    expect(pool.inFlight).toBe(0);
  });

  test('leaves the running ones their grace', async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    const scheduler = createScheduler({ clock, graceMs: 100 });
    scheduler.add({ name: 'ends', run: () => takes(clock, 50, 'done') });
    scheduler.add({ name: 'hangs', run: never });
    scheduler.add({ name: 'after', dependsOn: ['ends'], run: () => 1 });
    const end = scheduler.run({ signal: controller.signal });
    await clock.advance(10);
    controller.abort(failure);
    const report = await played(clock, end);
    expect(report).toMatchObject({ makespanMs: 110, succeeded: 1, failed: 2 });
    expect(clock.pending).toBe(0);
  });

  test('while a task waits for its next try leaves no timer', async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    const scheduler = createScheduler({ clock, retry: { attempts: 9, backoff: 60_000 } });
    scheduler.add({ name: 'a', run: fail });
    const end = scheduler.run({ signal: controller.signal });
    await clock.advance(10);
    controller.abort(failure);
    expect((await end).outcomes).toMatchObject([{ attempts: 1, gaveUp: 'cancelled' }]);
    expect(clock.pending).toBe(0);
  });

  test('by a task itself, or by its first call, ends the run', async () => {
    const controller = new AbortController();
    const scheduler = createScheduler({ concurrency: 1 });
    scheduler.add({ name: 'a', run: () => controller.abort(failure) });
    scheduler.add({ name: 'b', run: () => 1 });
    const report = await scheduler.run({ signal: controller.signal });
    expect(report.outcomes).toMatchObject([
      { ok: false, gaveUp: 'cancelled', attempts: 1 },
      { ok: false, gaveUp: 'cancelled', attempts: 0 },
    ]);
  });

  test('of one task by its own signal cancels it and skips what needs it', async () => {
    const [waiting, running, early] = [0, 1, 2].map(() => new AbortController());
    const scheduler = createScheduler({ concurrency: 2 });
    const gate = deferred();
    const aborted = vi.fn();
    early?.abort('early');
    const signalOf = (controller: AbortController | undefined): { signal?: AbortSignal } =>
      controller === undefined ? {} : { signal: controller.signal };
    scheduler.add({ name: 'gate', priority: 'critical', run: () => gate.promise });
    scheduler.add({
      name: 'running',
      priority: 'high',
      ...signalOf(running),
      run: ({ signal }) => {
        signal.addEventListener('abort', aborted);
        return never();
      },
    });
    scheduler.add({ name: 'waiting', ...signalOf(waiting), dependsOn: ['gate'], run: () => 1 });
    scheduler.add({ name: 'early', ...signalOf(early), run: () => 1 });
    scheduler.add({ name: 'after', dependsOn: ['running'], run: () => 1 });
    scheduler.add({ name: 'other', run: () => 1 });
    const end = scheduler.run();
    await turn();
    running?.abort(failure);
    waiting?.abort(failure);
    await turn();
    gate.resolve();
    expect((await end).outcomes).toMatchObject([
      { item: 'gate', ok: true },
      { item: 'running', gaveUp: 'cancelled', attempts: 1, error: { cause: failure } },
      { item: 'waiting', gaveUp: 'cancelled', attempts: 0 },
      { item: 'early', gaveUp: 'cancelled', error: { cause: 'early' } },
      { item: 'after', gaveUp: 'skipped', error: { task: 'running' } },
      { item: 'other', ok: true },
    ]);
    expect(aborted).toHaveBeenCalledTimes(1);
  });

  test('listens to each signal only as long as needed', async () => {
    const controller = new AbortController();
    const [add, remove] = [
      vi.spyOn(controller.signal, 'addEventListener'),
      vi.spyOn(controller.signal, 'removeEventListener'),
    ];
    const scheduler = createScheduler();
    for (const index of range(20))
      scheduler.add({ name: `t${index}`, signal: controller.signal, run: index % 2 ? fail : turn });
    await scheduler.run({ signal: controller.signal });
    expect(add).toHaveBeenCalledTimes(1);
    expect(remove).toHaveBeenCalledTimes(1);
  });
});
