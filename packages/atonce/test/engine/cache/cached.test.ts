import { describe, expect, test } from 'vitest';
import { batchMap } from '../../../src/engine/batch-map.ts';
import { cached } from '../../../src/engine/cache/cached.ts';
import { createCache } from '../../../src/engine/cache/create-cache.ts';
import { map } from '../../../src/engine/map.ts';
import { runParallel } from '../../../src/engine/run-parallel.ts';
import { stream } from '../../../src/engine/stream.ts';
import type { TaskContext } from '../../../src/engine/task.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';
import { range, turn, turns } from '../support/turn.ts';
import '../support/unhandled.ts';

const items = range(1_000).map((n) => n % 7);

/** A task that takes a turn and writes down its items. */
function counting(): { task: (n: number) => Promise<number>; calls: number[] } {
  const calls: number[] = [];
  const task = async (n: number): Promise<number> => {
    calls.push(n);
    await turns(2);
    return n * n;
  };
  return { task, calls };
}

describe('equal items are computed once', () => {
  const squares = items.map((n) => n * n);
  const options = { concurrency: 64 };
  test.each<[string, (task: (n: number) => Promise<number>) => Promise<number[]>]>([
    ['map', async (task) => map(items, task, options)],
    ['batchMap', async (task) => batchMap(items, task, options)],
    [
      'runParallel',
      async (task) =>
        (await runParallel(items, task, options)).map((outcome) =>
          outcome.ok ? outcome.value : -1,
        ),
    ],
    [
      'stream',
      async (task) => {
        const values: number[] = [];
        for await (const outcome of stream(items, task, options))
          values.push(outcome.ok ? outcome.value : -1);
        return values;
      },
    ],
  ])('by %s', async (_, run) => {
    const { task, calls } = counting();
    expect(await run(cached(task))).toEqual(squares);
    expect(calls.toSorted((a, b) => a - b)).toEqual(range(7));
  });

  test('by content, and by key when that is given', async () => {
    const { calls, task } = counting();
    const byContent = cached(async ({ n }: { n: number }) => task(n));
    await map([{ n: 1 }, { n: 1 }, { n: 2 }], byContent);
    expect(calls).toEqual([1, 2]);
    const byKey = cached(async (n: number) => task(n), { key: (n) => `${n % 2}` });
    await map([1, 3, 5, 2, 4], byKey, { concurrency: 1 });
    expect(calls).toEqual([1, 2, 1, 2]);
  });

  test('over several runs and direct calls, until the time is over or the tag is invalidated', async () => {
    const clock = fakeClock();
    const cache = createCache<number>({ clock, jitter: 0, earlyRefresh: 0 });
    const { task, calls } = counting();
    const once = cached(task, {
      cache,
      key: (n) => `square ${n}`,
      ttlMs: 50,
      tags: (n) => [`${n % 2}`],
    });
    await map([1, 2], once);
    expect(await once(2)).toBe(4);
    expect(calls).toEqual([1, 2]);
    await cache.invalidate({ tags: ['0'] });
    await map([1, 2], once);
    expect(calls).toEqual([1, 2, 2]);
    await clock.advance(50);
    await map([1, 2], once);
    expect(calls).toEqual([1, 2, 2, 1, 2]);
  });
});

test('two tasks with caches of their own do not meet', async () => {
  const [double, triple] = [cached((n: number) => n * 2), cached((n: number) => n * 3)];
  expect([await double(2), await triple(2)]).toEqual([4, 6]);
});

test('a failure reaches every equal item, and a retry tries once for all of them', async () => {
  let calls = 0;
  const flaky = cached(async () => {
    await turn();
    if (++calls < 3) throw new RangeError('busy');
    return calls;
  });
  const clock = fakeClock();
  const retry = { attempts: 3, backoff: 10 };
  const running = map(
    range(20).map(() => 'same'),
    flaky,
    { concurrency: 20, retry, clock },
  );
  await clock.advance(100);
  expect(new Set(await running)).toEqual(new Set([3]));
  expect(calls).toBe(3);
});

test('one item that times out does not stop the computation that others wait for', async () => {
  const clock = fakeClock();
  const slow = cached(
    (_: string, { signal }: TaskContext) =>
      new Promise<string>((resolve, reject) => {
        clock.after(100, () => resolve('done'));
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  );
  const [first, second] = [
    runParallel(['a'], slow, { clock, timeoutMs: 50 }),
    runParallel(['a'], slow, { clock, timeoutMs: 500 }),
  ];
  await clock.advance(100);
  expect(await first).toMatchObject([{ ok: false, error: { code: 'E_TIMEOUT' } }]);
  expect(await second).toMatchObject([{ ok: true, value: 'done' }]);
});

test('a stopped run aborts the computation that nobody else waits for', async () => {
  const controller = new AbortController();
  let aborted: unknown;
  const endless = cached(
    (_: number, { signal }: TaskContext) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted = signal.reason;
          reject(signal.reason);
        });
      }),
  );
  const running = map([1, 1, 1], endless, { signal: controller.signal });
  await turn();
  controller.abort('enough');
  await expect(running).rejects.toBe('enough');
  expect(aborted).toMatchObject({ code: 'E_CANCELLED' });
});

test('the task is told the facts of the item that came first, and can report', async () => {
  const seen: unknown[] = [];
  const reports: unknown[] = [];
  const task = cached(async (_: string, { index, attempt, report, signal }: TaskContext) => {
    seen.push([index, attempt, signal.aborted]);
    report('here');
    return index;
  });
  const onProgress = (event: { type: string }): void => {
    if (event.type === 'report') reports.push(event);
  };
  expect(await map(['a', 'b', 'b'], task, { onProgress })).toEqual([0, 1, 1]);
  expect(seen).toEqual([
    [0, 1, false],
    [1, 1, false],
  ]);
  expect(reports).toHaveLength(2);
  expect(await task('c')).toBe(0);
});

test('an item without a key fails alone', async () => {
  const task = cached((item: unknown) => item);
  const outcomes = await runParallel([1, () => 1, 2], task);
  expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
  expect(outcomes[1]).toMatchObject({ error: { code: 'E_UNSERIALISABLE' } });
});
