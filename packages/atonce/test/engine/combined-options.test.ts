import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { batchMap } from '../../src/engine/batch-map.ts';
import { cached } from '../../src/engine/cache/cached.ts';
import { createCache } from '../../src/engine/cache/create-cache.ts';
import { fixedLimit } from '../../src/engine/limits/fixed-limit.ts';
import type { Limit } from '../../src/engine/limits/limit.ts';
import { map } from '../../src/engine/map.ts';
import type { RunOptions } from '../../src/engine/options.ts';
import type { ProgressEvent } from '../../src/engine/progress.ts';
import { runParallel } from '../../src/engine/run-parallel.ts';
import type { Items } from '../../src/engine/source.ts';
import { stream } from '../../src/engine/stream.ts';
import type { Task } from '../../src/engine/task.ts';
import type { Outcome } from '../../src/kernel/outcome.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { type FakeClock, fakeClock } from '../../src/testing/fake-clock.ts';
import { memoryJournal } from '../../src/testing/memory-journal.ts';
import { isSettled, never, range, turn } from './support/turn.ts';
import './support/unhandled.ts';

const TIMEOUT_MS = 20;
const sourceError = new Error('the source failed');
const reason = new Error('enough');

/** What an attempt does. */
type Act = 'value' | 'undefined' | 'wait' | 'fail' | 'late' | 'hang' | 'nest';
const act = fc.constantFrom<Act>('value', 'undefined', 'wait', 'fail', 'late', 'hang', 'nest');

type Aborter = 'timer' | 'task' | 'listener' | 'source' | 'key' | 'retry';

/** A run with any options, over any source. */
const scenes = fc.record({
  verb: fc.constantFrom('map', 'batchMap', 'runParallel', 'input', 'completion'),
  /** For each item what its attempts do, the last over and over. */
  items: fc.array(fc.array(act, { minLength: 1, maxLength: 3 }), { maxLength: 12 }),
  source: fc.constantFrom('array', 'iterator', 'async iterator'),
  failsAt: fc.option(fc.nat({ max: 12 })),
  throwsInReturn: fc.boolean(),
  /** Without a time limit and a listener a run may take shorter ways. */
  isTimed: fc.boolean(),
  listens: fc.boolean(),
  width: fc.integer({ min: 1, max: 4 }),
  isShared: fc.boolean(),
  attempts: fc.integer({ min: 1, max: 3 }),
  backoff: fc.constantFrom<number | undefined>(0, 5, undefined),
  rateLimit: fc.option(
    fc.record({
      limit: fc.integer({ min: 1, max: 4 }),
      intervalMs: fc.integer({ min: 1, max: 40 }),
    }),
    { nil: undefined, freq: 1 },
  ),
  hasJournal: fc.boolean(),
  isCached: fc.boolean(),
  graceMs: fc.option(fc.nat({ max: 30 }), { nil: undefined, freq: 1 }),
  /** Who aborts the run, and at which of its calls, or after how many milliseconds. */
  abort: fc.option(
    fc.record({
      by: fc.constantFrom<Aborter>('timer', 'task', 'listener', 'source', 'key', 'retry'),
      at: fc.nat({ max: 16 }),
    }),
  ),
  leavesAfter: fc.option(fc.nat({ max: 6 })),
  seed: fc.nat(),
});
type Scene = typeof scenes extends fc.Arbitrary<infer S> ? S : never;

/** Items by index, with what is done to their iterator. */
function sourceOf(scene: Scene, clock: FakeClock, called: (by: Aborter) => void) {
  const back = vi.fn();
  let isOver = false;
  const generator = (function* () {
    for (const index of range(scene.items.length)) {
      if (index === scene.failsAt) throw sourceError;
      yield index;
    }
  })();
  const next = (): IteratorResult<number> => {
    called('source');
    let step: IteratorResult<number> | undefined;
    try {
      step = generator.next();
      return step;
    } finally {
      const isLast = step === undefined || step.done === true;
      // Of an async one the run hears a little later.
      if (scene.source === 'iterator') isOver = isLast;
      else if (isLast) void turn().then(() => (isOver = true));
    }
  };
  const close = (): IteratorResult<number> => {
    back(isOver);
    if (scene.throwsInReturn) throw new Error('return');
    return { done: true, value: undefined };
  };
  const items: Items<number> =
    scene.source === 'array'
      ? range(scene.items.length)
      : scene.source === 'iterator'
        ? { [Symbol.iterator]: () => ({ next, return: close }) }
        : {
            [Symbol.asyncIterator]: () => ({
              next: () => wait(clock, 1).then(next),
              return: async () => close(),
            }),
          };
  return { items, back, isOver: () => scene.source === 'array' || isOver };
}

interface World {
  readonly clock: FakeClock;
  readonly limit: Limit;
  /** Told of each call of something of the caller's; aborts at one of them. */
  readonly called: (by: Aborter) => void;
}

function wait(clock: FakeClock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}

function taskOf(
  { items, isShared, isTimed }: Scene,
  { clock, limit, called }: World,
): Task<number, unknown> {
  return async (item, { attempt, signal }) => {
    called('task');
    const acts = items[item] as Act[];
    const what = acts[Math.min(attempt, acts.length) - 1] as Act;
    if (what === 'value') return item;
    if (what === 'undefined') return undefined;
    if (what === 'hang' && isTimed) return never();
    if (what === 'nest') {
      const concurrency = isShared ? limit : 2;
      return map([1, 2, 3], (ms) => wait(clock, ms), { concurrency, signal, clock });
    }
    await wait(clock, what === 'late' ? TIMEOUT_MS + 5 : 3);
    if (what === 'fail') throw new Error(`item ${item}`);
    return item;
  };
}

async function perform(
  scene: Scene,
  items: Items<number>,
  task: Task<number, unknown>,
  options: RunOptions<number>,
): Promise<Outcome<number, unknown>[] | null> {
  const { verb, leavesAfter } = scene;
  if (verb === 'runParallel') return runParallel(items, task, options);
  if (verb === 'map' || verb === 'batchMap') {
    await (verb === 'map' ? map : batchMap)(items, task, options);
    return null;
  }
  const outcomes: Outcome<number, unknown>[] = [];
  for await (const outcome of stream(items, task, { ...options, order: verb })) {
    outcomes.push(outcome);
    if (outcomes.length === leavesAfter) break;
  }
  return outcomes;
}

function optionsOf(scene: Scene, { clock, limit, called }: World): RunOptions<number> {
  const { width, isShared, isTimed, attempts, backoff, rateLimit, graceMs, hasJournal, seed } =
    scene;
  const retry = {
    attempts,
    ...(backoff === undefined ? {} : { backoff }),
    on: (): boolean => {
      called('retry');
      return true;
    },
  };
  const keyed = (item: number): number => {
    called('key');
    return item;
  };
  return {
    concurrency: isShared ? limit : width,
    ...(attempts > 1 ? { retry } : {}),
    timeoutMs: isTimed ? TIMEOUT_MS : undefined,
    ...(hasJournal ? { journal: memoryJournal(), key: keyed } : {}),
    random: seededRandom(seed),
    rateLimit,
    graceMs,
    clock,
  };
}

/** Each item was settled once, and the end came last. */
function expectWhole(events: readonly ProgressEvent[]): void {
  const settled = events.flatMap((event) => (event.type === 'settled' ? [event.index] : []));
  expect(new Set(settled).size).toBe(settled.length);
  expect(events.filter(({ type }) => type === 'finished')).toHaveLength(1);
  const { counts } = events.at(-1) as ProgressEvent;
  expect(counts).toMatchObject({ running: 0, waiting: 0, taken: settled.length });
  expect(counts.succeeded + counts.failed).toBe(settled.length);
}

test('whatever options are combined, a run settles each item once, in time, and leaves nothing behind', async () => {
  const property = fc.asyncProperty(scenes, async (scene) => {
    const clock = fakeClock();
    const limit = fixedLimit(scene.width);
    const controller = new AbortController();
    const { signal } = controller;
    let calls = 0;
    let startedLate = false;
    const called = (by: Aborter): void => {
      if (by === 'task') startedLate ||= signal.aborted;
      if (by === scene.abort?.by && calls++ === scene.abort.at) controller.abort(reason);
    };
    if (scene.abort?.by === 'timer') clock.after(scene.abort.at, () => controller.abort(reason));
    const world = { clock, limit, called };
    const { items, back, isOver } = sourceOf(scene, clock, called);
    const events: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent): void => {
      events.push(event);
      called('listener');
    };
    const plain = taskOf(scene, world);
    const task = scene.isCached
      ? cached(plain, { cache: createCache<unknown>({ clock }), key: String })
      : plain;
    const options = {
      ...optionsOf(scene, world),
      signal,
      ...(scene.listens ? { onProgress } : {}),
    };
    const ended = perform(scene, items, task, options).catch(() => null);
    await clock.advance(100_000);

    expect(await isSettled(ended)).toBe(true);
    expect(startedLate).toBe(false);
    expect(clock.pending).toBe(0);
    expect(limit.inFlight).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    // Closed once, unless it had come to its end by itself.
    expect(back.mock.calls).toEqual(back.mock.calls.length > 0 || !isOver() ? [[false]] : []);

    if (scene.listens) expectWhole(events);
    const indexes = (await ended)?.map(({ index }) => index) ?? [];
    if (scene.verb !== 'completion') expect(indexes).toEqual(range(indexes.length));
    expect(new Set(indexes).size).toBe(indexes.length);
    for (const { attempts } of (await ended) ?? [])
      expect(attempts).toBeLessThanOrEqual(scene.attempts);
  });
  await fc.assert(property, { numRuns: 400 });
}, 60_000);
