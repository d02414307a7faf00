import { describe, expect, test, vi } from 'vitest';
import { map } from '../../src/engine/map.ts';
import { runParallel } from '../../src/engine/run-parallel.ts';
import type { Task } from '../../src/engine/task.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { countingLimit } from './support/counting-limit.ts';
import { jumpClock } from './support/jump-clock.ts';
import { never, range, turn, turns } from './support/turn.ts';
import './support/unhandled.ts';

test('a task that never settles fails its item with a TimeoutError that says which and how long', async () => {
  const clock = fakeClock();
  const end = runParallel(['a', 'b'], never, { timeoutMs: 100, clock });
  await clock.advance(100);
  const outcomes = await end;
  expect(outcomes).toMatchObject([
    { ok: false, error: { code: 'E_TIMEOUT', timeoutMs: 100 }, durationMs: 100 },
    { ok: false, error: { message: 'item 1 did not settle within 100 ms' }, durationMs: 100 },
  ]);
  expect(clock.pending).toBe(0);
});

test('an attempt that settles in time is left alone, one that settles late has failed', async () => {
  const clock = fakeClock();
  const task = (ms: number): Promise<number> =>
    new Promise((resolve) => clock.after(ms, () => resolve(ms)));
  const end = runParallel([99, 101, 1], task, { timeoutMs: 100, clock });
  await clock.advance(200);
  expect((await end).map(({ ok, durationMs }) => [ok, durationMs])).toEqual([
    [true, 99],
    [false, 100],
    [true, 1],
  ]);
});

test('map rejects with the TimeoutError', async () => {
  const clock = fakeClock();
  const end = map([1], never, { timeoutMs: 5, clock });
  void clock.advance(5);
  await expect(end).rejects.toMatchObject({ code: 'E_TIMEOUT' });
});

test('the signal of the attempt is aborted with the TimeoutError, the others are not', async () => {
  const clock = fakeClock();
  const signals: AbortSignal[] = [];
  const task: Task<number, unknown> = (ms, { signal }) => {
    signals.push(signal);
    return new Promise((resolve) => clock.after(ms, () => resolve(ms)));
  };
  const end = runParallel([50, 500], task, { timeoutMs: 100, clock });
  await clock.advance(100);
  const [, late] = await end;
  expect(signals[0]?.aborted).toBe(false);
  expect(signals[1]?.reason).toBe((late as { error: unknown }).error);
});

test('the slot is free at once, whether or not the task listens', async () => {
  const clock = fakeClock();
  const started: number[] = [];
  const task: Task<number, unknown> = (item) => {
    started.push(item);
    return never();
  };
  const limit = countingLimit(1);
  for (const concurrency of [1, limit]) {
    started.length = 0;
    const end = runParallel(range(3), task, { timeoutMs: 10, clock, concurrency });
    await turn();
    for (const count of [1, 2, 3]) {
      expect(started).toHaveLength(count);
      await clock.advance(10);
    }
    expect((await end).map(({ ok }) => ok)).toEqual([false, false, false]);
  }
  expect(limit.released).toEqual(range(3).map(() => ['overload', 10]));
  expect(limit.inFlight).toBe(0);
});

test('what a timed-out attempt does later is ignored, also while the next attempt runs', async () => {
  const clock = fakeClock();
  const ends: ((value: string) => void)[] = [];
  const fails: ((error: unknown) => void)[] = [];
  const task: Task<string, string> = () =>
    new Promise((resolve, reject) => {
      ends.push(resolve);
      fails.push(reject);
    });
  const events: string[] = [];
  const end = runParallel(['a'], task, {
    timeoutMs: 10,
    clock,
    retry: { attempts: 3, backoff: 0 },
    onProgress: ({ type }) => events.push(type),
  });
  await clock.advance(10);
  expect(ends).toHaveLength(2);
  ends[0]?.('late');
  await turn();
  await clock.advance(10);
  fails[1]?.(new Error('late'));
  await turn();
  ends[2]?.('third');
  expect(await end).toMatchObject([{ ok: true, value: 'third', attempts: 3, durationMs: 20 }]);
  expect(events).toEqual([
    'started',
    'retrying',
    'started',
    'retrying',
    'started',
    'settled',
    'finished',
  ]);
});

test('a report of a timed-out attempt is not taken for one of the next attempt', async () => {
  const clock = fakeClock();
  const reports: ((data: unknown) => void)[] = [];
  const data: unknown[] = [];
  const task: Task<string, string> = (_, context) => {
    reports.push((text) => context.report(text));
    return context.attempt === 1 ? never() : turns(3).then(() => 'done');
  };
  const end = runParallel(['a'], task, {
    timeoutMs: 10,
    clock,
    retry: { attempts: 2, backoff: 0 },
    onProgress: (event) => event.type === 'report' && data.push(event.data),
  });
  void clock.advance(10);
  while (reports.length < 2) await turn();
  reports[0]?.('of the first');
  reports[1]?.('of the second');
  await end;
  reports[1]?.('after the end');
  expect(data).toEqual(['of the second']);
});

test('an abort of the whole run from a listener on a timed-out signal loses no outcome', async () => {
  const clock = fakeClock();
  const controller = new AbortController();
  const events: string[] = [];
  const task: Task<number, never> = (_, { signal }) => {
    signal.addEventListener('abort', () => controller.abort(new Error('all')));
    return never();
  };
  const end = runParallel([1, 2], task, {
    concurrency: 1,
    timeoutMs: 10,
    clock,
    signal: controller.signal,
    onProgress: ({ type }) => events.push(type),
  });
  await clock.advance(10);
  expect(await end).toMatchObject([
    { index: 0, ok: false },
    { index: 1, ok: false },
  ]);
  expect(events.at(-1)).toBe('finished');
});

test('a limit of longer than 2^31 ms holds', async () => {
  vi.useFakeTimers();
  try {
    const month = 31 * 24 * 3_600_000;
    const end = runParallel([1], never, { timeoutMs: 2 * month });
    const done = vi.fn();
    void end.then(done);
    await vi.advanceTimersByTimeAsync(2 * month - 1);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2);
    expect(done).toHaveBeenCalledTimes(1);
  } finally {
    vi.useRealTimers();
  }
});

describe('when the whole process stood still', () => {
  test('tasks get time to answer before they time out', async () => {
    const clock = jumpClock();
    const ends: (() => void)[] = [];
    const task = (): Promise<number> =>
      new Promise((resolve) => {
        ends.push(() => resolve(1));
      });
    const end = runParallel(range(64), task, { timeoutMs: 5_000, clock });
    clock.jump(60_000);
    await turn();
    for (const finish of ends) finish();
    const outcomes = await end;
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
  });

  test('tasks that still do not answer do time out', async () => {
    const clock = jumpClock();
    const end = runParallel(range(3), never, { timeoutMs: 5_000, clock });
    clock.jump(60_000);
    clock.jump(5_000);
    expect((await end).map(({ ok }) => ok)).toEqual([false, false, false]);
  });

  test('again and again, tasks time out all the same', async () => {
    const clock = jumpClock();
    const end = runParallel(range(3), never, { timeoutMs: 5_000, clock });
    for (let stop = 0; stop < 4; stop++) clock.jump(7_000);
    expect((await end).map(({ ok }) => ok)).toEqual([false, false, false]);
  });
});

test('a timer that is a little late makes a timeout, not a standstill', async () => {
  const clock = jumpClock();
  const end = runParallel([1], never, { timeoutMs: 5_000, clock });
  clock.jump(5_900);
  expect(await end).toMatchObject([{ ok: false, error: { code: 'E_TIMEOUT' } }]);
});

test('a change of the wall clock changes nothing but startedAt', async () => {
  const clock = fakeClock({ startMs: 1_000_000 });
  const task = (ms: number): Promise<number> =>
    new Promise((resolve) => clock.after(ms, () => resolve(ms)));
  const end = runParallel([10, 10], task, { timeoutMs: 100, concurrency: 1, clock });
  await clock.advance(5);
  clock.jumpWallClock(-500_000);
  await clock.advance(15);
  expect(await end).toMatchObject([
    { ok: true, startedAt: 1_000_000, durationMs: 10, waitedMs: 0 },
    { ok: true, startedAt: 500_010, durationMs: 10, waitedMs: 0 },
  ]);
});
