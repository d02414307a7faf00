import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { map } from '../../src/engine/map.ts';
import { RateWindow } from '../../src/engine/rate-limit.ts';
import { runParallel } from '../../src/engine/run-parallel.ts';
import { stream } from '../../src/engine/stream.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { range } from './support/turn.ts';
import './support/unhandled.ts';

/** The most starts that any half-open window of that length holds. */
function densest(starts: readonly number[], intervalMs: number): number {
  return Math.max(
    0,
    ...starts.map((from) => starts.filter((at) => at >= from && at < from + intervalMs).length),
  );
}

test('no window holds more starts than the limit, however tasks run, fail and come back', async () => {
  const schedule = fc.record({
    delays: fc.array(fc.nat({ max: 30 }), { maxLength: 15 }),
    limit: fc.integer({ min: 1, max: 4 }),
    intervalMs: fc.integer({ min: 1, max: 40 }),
    concurrency: fc.integer({ min: 1, max: 5 }),
    attempts: fc.integer({ min: 1, max: 3 }),
    lazy: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      schedule,
      async ({ delays, limit, intervalMs, concurrency, attempts, lazy }) => {
        const clock = fakeClock();
        const starts: number[] = [];
        const task = (delay: number): Promise<number> => {
          starts.push(clock.now());
          return new Promise((resolve, reject) =>
            clock.after(delay, () => (delay % 3 === 0 ? reject(new Error('no')) : resolve(delay))),
          );
        };
        const end = runParallel(lazy ? delays.values() : delays, task, {
          clock,
          concurrency,
          rateLimit: { limit, intervalMs },
          retry: { attempts, backoff: 3 },
        });
        await clock.advance(100_000);
        const outcomes = await end;
        expect(outcomes).toHaveLength(delays.length);
        expect(starts).toHaveLength(outcomes.reduce((sum, one) => sum + one.attempts, 0));
        expect(densest(starts, intervalMs)).toBeLessThanOrEqual(limit);
        expect(clock.pending).toBe(0);
      },
    ),
    { numRuns: 100 },
  );
});

test('a window takes a start as soon as the oldest has left it, and not before', () => {
  const pauses = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { maxLength: 60 });
  fc.assert(
    fc.property(pauses, fc.integer({ min: 1, max: 5 }), (all, limit) => {
      const window = new RateWindow({ limit, intervalMs: 10 });
      const starts: number[] = [];
      let now = 0;
      for (const pause of all) {
        now += pause;
        const recent = starts.filter((at) => at + 10 - now > 0);
        expect(window.waitMs(now) === 0).toBe(recent.length < limit);
        if (window.waitMs(now) > 0) {
          expect(window.waitMs(now)).toBe((recent.at(-limit) as number) + 10 - now);
          continue;
        }
        window.take(now);
        starts.push(now);
      }
    }),
  );
});

test('starts are as dense as the limit allows', async () => {
  const clock = fakeClock();
  const starts: number[] = [];
  const task = async (): Promise<void> => {
    starts.push(clock.now());
  };
  const end = map(range(7), task, { clock, rateLimit: { limit: 3, intervalMs: 100 } });
  await clock.advance(1_000);
  await end;
  expect(starts).toEqual([0, 0, 0, 100, 100, 100, 200]);
});

describe('a run ends when its last task does, though the window is still full', () => {
  test.each<[string, () => Iterable<number> | AsyncIterable<number>]>([
    ['an array', () => range(3)],
    ['a set', () => new Set(range(3))],
    ['a generator', () => range(3).values()],
    [
      'an async generator',
      async function* () {
        yield* range(3);
      },
    ],
  ])('of %s', async (_, items) => {
    const clock = fakeClock();
    const rateLimit = { limit: 3, intervalMs: 60_000 };
    const end = map(items(), async (item) => item, { clock, rateLimit });
    await clock.advance(0);
    await clock.advance(0);
    expect(await Promise.race([end, 'still running'])).toEqual([0, 1, 2]);
    expect(clock.pending).toBe(0);
  });
});

test('an item found while waiting for the window is done when the window opens', async () => {
  const clock = fakeClock();
  const starts: number[] = [];
  const rateLimit = { limit: 2, intervalMs: 1_000 };
  const task = async (item: number): Promise<number> => {
    starts.push(clock.now());
    return item;
  };
  const end = runParallel(range(5).values(), task, { clock, rateLimit });
  await clock.advance(2_000);
  expect((await end).map(({ index, item }) => [index, item])).toEqual(range(5).map((n) => [n, n]));
  expect(starts).toEqual([0, 0, 1_000, 1_000, 2_000]);
});

test('an abort while waiting for the window ends the run and its timer', async () => {
  const clock = fakeClock();
  const controller = new AbortController();
  const rateLimit = { limit: 1, intervalMs: 60_000 };
  const options = { clock, rateLimit, signal: controller.signal };
  const end = runParallel(range(3), async (item) => item, options);
  await clock.advance(10);
  controller.abort();
  expect((await end).map(({ ok }) => ok)).toEqual([true, false, false]);
  expect(clock.pending).toBe(0);
});

test('a stream under a rate limit gives every outcome', async () => {
  const clock = fakeClock();
  const rateLimit = { limit: 2, intervalMs: 50 };
  const seen: number[] = [];
  const reading = (async () => {
    const outcomes = stream(range(6), async (n) => n, { clock, rateLimit, highWaterMark: 3 });
    for await (const { index } of outcomes) seen.push(index);
  })();
  await clock.advance(1_000);
  await reading;
  expect(seen).toEqual(range(6));
});
