import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { batchMap } from '../../src/engine/batch-map.ts';
import { fixedLimit } from '../../src/engine/limits/fixed-limit.ts';
import { map } from '../../src/engine/map.ts';
import type { RunOptions } from '../../src/engine/options.ts';
import type { ProgressCounts, ProgressEvent } from '../../src/engine/progress.ts';
import { runParallel } from '../../src/engine/run-parallel.ts';
import { stream } from '../../src/engine/stream.ts';
import type { Task } from '../../src/engine/task.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { memoryJournal } from '../../src/testing/memory-journal.ts';
import { deferred, range, turn, turns } from './support/turn.ts';
import './support/unhandled.ts';

const failure = new Error('listener');

function parts({ taken, running, waiting, succeeded, failed }: ProgressCounts): number[] {
  return [taken, running + waiting + succeeded + failed];
}

test('events tell each way of an item in order, the end last', async () => {
  const events: string[] = [];
  const task: Task<string, string> = async (item, { attempt, report }) => {
    if (item === 'bad') throw new Error('bad');
    if (item === 'again' && attempt === 1) throw new Error('again');
    report(`${item} reports`);
    return item;
  };
  await runParallel(['good', 'again', 'bad'], task, {
    concurrency: 1,
    retry: { attempts: 2, backoff: 0, on: (error) => (error as Error).message === 'again' },
    onProgress: (event) => {
      const of = 'item' in event ? `${String(event.item)}${event.attempt}` : '';
      const more = event.type === 'settled' ? String(event.ok) : '';
      events.push(`${event.type} ${of} ${more}`.trim());
    },
  });
  expect(events).toEqual([
    'started good1',
    'report good1',
    'settled good1 true',
    'started again1',
    'retrying again1',
    'started again2',
    'report again2',
    'settled again2 true',
    'started bad1',
    'settled bad1 false',
    'finished',
  ]);
});

test('what was taken is running, waiting or settled, at every event, whatever happens', async () => {
  const plan = fc.record({ delay: fc.nat({ max: 3 }), failures: fc.nat({ max: 3 }) });
  const settings = fc.record({
    concurrency: fc.integer({ min: 1, max: 4 }),
    shared: fc.boolean(),
    attempts: fc.integer({ min: 1, max: 3 }),
    backoff: fc.nat({ max: 2 }),
    lazy: fc.boolean(),
    abortAfter: fc.option(fc.nat({ max: 30 })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(plan, { maxLength: 12 }), settings, async (plans, given) => {
      const { concurrency, shared, attempts, backoff, lazy, abortAfter } = given;
      const controller = new AbortController();
      const events: ProgressEvent[] = [];
      let last = 0;
      const task: Task<(typeof plans)[number], number> = async (one, { attempt }) => {
        await turns(one.delay);
        if (attempt <= one.failures) throw new Error('again');
        return attempt;
      };
      await runParallel(lazy ? plans.values() : plans, task, {
        concurrency: shared ? fixedLimit(concurrency) : concurrency,
        retry: { attempts, backoff },
        signal: controller.signal,
        onProgress: (event) => {
          const [taken, accounted] = parts(event.counts);
          expect(accounted).toBe(taken);
          expect(event.counts.running).toBeLessThanOrEqual(concurrency);
          const settled = event.counts.succeeded + event.counts.failed;
          expect(settled).toBe(last + (event.type === 'settled' ? 1 : 0));
          last = settled;
          events.push(event);
          if (events.length === abortAfter) controller.abort();
        },
      });
      expect(events.filter(({ type }) => type === 'finished')).toHaveLength(1);
      expect(events.at(-1)).toMatchObject({ type: 'finished', counts: { running: 0, waiting: 0 } });
      const settled = events.flatMap((one) => (one.type === 'settled' ? [one.index] : []));
      expect(new Set(settled).size).toBe(settled.length);
      expect(settled).toHaveLength(events.at(-1)?.counts.taken ?? -1);
    }),
    { numRuns: 200 },
  );
});

test('rate and time left follow from what was done so far', async () => {
  const clock = fakeClock();
  const counts: ProgressCounts[] = [];
  const task = (ms: number): Promise<number> =>
    new Promise((resolve) => clock.after(ms, () => resolve(ms)));
  const end = map([100, 100, 200], task, {
    clock,
    concurrency: 1,
    onProgress: (event) => counts.push(event.counts),
  });
  await clock.advance(1_000);
  await end;
  expect(counts[0]).toMatchObject({
    total: 3,
    elapsedMs: 0,
    ratePerSecond: 0,
    remainingMs: undefined,
  });
  expect(counts[1]).toMatchObject({ elapsedMs: 100, ratePerSecond: 10, remainingMs: 200 });
  expect(counts.at(-1)).toMatchObject({ elapsedMs: 400, ratePerSecond: 7.5, remainingMs: 0 });
});

test('without a known length there is no total and no time left', async () => {
  const counts: ProgressCounts[] = [];
  const onProgress = (event: ProgressEvent): number => counts.push(event.counts);
  await map(range(3).values(), turn, { onProgress });
  expect(new Set(counts.map(({ total }) => total))).toEqual(new Set([undefined]));
  expect(new Set(counts.map(({ remainingMs }) => remainingMs))).toEqual(new Set([undefined]));
  await map(new Set([1, 2]), turn, { onProgress });
  expect(counts.at(-1)?.total).toBe(2);
});

test('resumed items do not make the others look fast', async () => {
  const clock = fakeClock();
  const journal = memoryJournal();
  const task = (ms: number): Promise<number> =>
    new Promise((resolve) => clock.after(ms, () => resolve(ms)));
  const first = map([100, 200], task, { clock, journal });
  await clock.advance(500);
  await first;
  const counts: ProgressCounts[] = [];
  const onProgress = (event: ProgressEvent): number => counts.push(event.counts);
  const end = map([100, 200, 1_000, 1_000], task, { clock, journal, concurrency: 1, onProgress });
  await clock.advance(5_000);
  await end;
  const afterThird = counts.find(({ succeeded }) => succeeded === 3);
  expect(afterThird).toMatchObject({ resumed: 2, ratePerSecond: 1, remainingMs: 1_000 });
});

test('waiting for the rate limit and for a shared limit is told', async () => {
  const clock = fakeClock();
  const waits: unknown[] = [];
  const onProgress = (event: ProgressEvent): void => {
    if (event.type === 'waiting') waits.push([event.for, event.ms]);
  };
  const rateLimit = { limit: 1, intervalMs: 50 };
  const end = map(range(2), turn, { clock, rateLimit, onProgress });
  await clock.advance(100);
  await end;
  expect(waits).toEqual([['rate-limit', 50]]);
  waits.length = 0;
  await map(range(2), turn, { concurrency: fixedLimit(1), onProgress });
  expect(waits).toEqual([['limit', undefined]]);
});

describe('a listener that throws stops the run with its error', () => {
  const read = async <T, R>(
    items: Iterable<T>,
    task: Task<T, R>,
    options: RunOptions<T>,
  ): Promise<void> => {
    for await (const outcome of stream(items, task, options)) void outcome;
  };
  const types = ['started', 'settled', 'retrying', 'report', 'finished'] as const;
  const verbs = Object.entries({ map, runParallel, batchMap, stream: read });
  test.each(verbs.flatMap(([name, verb]) => types.map((type) => [name, type, verb] as const)))(
    '%s on %s',
    async (_, type, verb) => {
      const task = vi.fn(
        async (item: number, { attempt, report }: Parameters<Task<number, number>>[1]) => {
          report('here');
          if (attempt === 1 && item === 0) throw new Error('again');
          return item;
        },
      );
      const end = verb(range(50), task, {
        concurrency: 2,
        retry: { attempts: 2, backoff: 0 },
        onProgress: (event) => {
          if (event.type === type) throw failure;
        },
      });
      await expect(end).rejects.toBe(failure);
      if (type !== 'finished') expect(task.mock.calls.length).toBeLessThan(5);
    },
  );

  test('also when it throws undefined', async () => {
    const onProgress = (): never => {
      throw undefined;
    };
    await expect(map(range(3), turn, { onProgress })).rejects.toBeUndefined();
    await expect(runParallel(range(3), turn, { onProgress })).rejects.toBeUndefined();
  });
});

test('an abort by the listener that hears of a retry loses no item and ends last', async () => {
  const controller = new AbortController();
  const events: string[] = [];
  const outcomes = await runParallel(range(3), () => Promise.reject(new Error('again')), {
    concurrency: 1,
    retry: { attempts: 3, backoff: 10_000 },
    signal: controller.signal,
    onProgress: ({ type }) => {
      events.push(type);
      if (type === 'retrying') controller.abort();
    },
  });
  expect(outcomes.map(({ attempts }) => attempts)).toEqual([1, 0, 0]);
  expect(outcomes.every((one) => !one.ok && one.gaveUp === 'cancelled')).toBe(true);
  expect(events).toEqual(['started', 'retrying', 'settled', 'settled', 'settled', 'finished']);
});

test('an abort by the listener that hears of the last settlement changes nothing', async () => {
  const controller = new AbortController();
  const end = map(range(2), async (n) => n, {
    concurrency: 1,
    signal: controller.signal,
    onProgress: (event) => event.type === 'settled' && event.index === 1 && controller.abort(),
  });
  await expect(end).rejects.toMatchObject({ name: 'AbortError' });
});

test('what a task reports after its end is ignored', async () => {
  const reports: unknown[] = [];
  let late: ((data: unknown) => void) | undefined;
  await map(
    [1],
    async (_, { report }) => {
      report('in time');
      late = report;
    },
    { onProgress: (event) => event.type === 'report' && reports.push(event.data) },
  );
  late?.('late');
  expect(reports).toEqual(['in time']);
});

test('of many tasks in flight each report is told at once, for its own item', async () => {
  const count = 30_000;
  const reports: number[] = [];
  const all = deferred();
  const end = map(range(count), (n, { report }) => all.promise.then(() => report(n)), {
    concurrency: Infinity,
    onProgress: (event) => {
      if (event.type !== 'report') return;
      expect(event.index).toBe(event.data);
      reports.push(event.index);
    },
  });
  all.resolve();
  await end;
  expect(reports).toEqual(range(count));
}, 15_000);

test('report does nothing when nobody listens', async () => {
  expect(await map([1], async (n, { report }) => report(n))).toEqual([undefined]);
});

test('when nobody listens the clock is not read for it', async () => {
  const clock = fakeClock();
  const now = vi.spyOn(clock, 'now');
  await map(range(100), async (n) => n, { clock });
  await batchMap(range(100), async (n) => n, { clock });
  expect(now).not.toHaveBeenCalled();
});
