import { getEventListeners } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { batchMap } from '../../src/engine/batch-map.ts';
import { fixedLimit } from '../../src/engine/limits/fixed-limit.ts';
import { map } from '../../src/engine/map.ts';
import type { RunOptions } from '../../src/engine/options.ts';
import { runParallel } from '../../src/engine/run-parallel.ts';
import { stream } from '../../src/engine/stream.ts';
import type { Task } from '../../src/engine/task.ts';
import type { Outcome } from '../../src/kernel/outcome.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { memoryJournal } from '../../src/testing/memory-journal.ts';
import { countingLimit } from './support/counting-limit.ts';
import { never, range, turn } from './support/turn.ts';
import './support/unhandled.ts';

type Verb = <T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  task: Task<T, R>,
  options?: RunOptions<T>,
) => Promise<unknown[]>;

/** A stream read to its end; its outcomes come back with the error that ended it. */
async function readAll<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  task: Task<T, R>,
  options?: RunOptions<T>,
): Promise<Outcome<T, R>[]> {
  const outcomes: Outcome<T, R>[] = [];
  for await (const outcome of stream(items, task, options)) outcomes.push(outcome);
  return outcomes;
}

const verbs: [string, Verb][] = [
  ['map', map],
  ['runParallel', runParallel],
  ['batchMap', batchMap],
  ['stream', readAll],
];
const rejecting = verbs.filter(([name]) => name !== 'runParallel');
const reason = new Error('enough');

describe('aborted before the start', () => {
  const aborted = AbortSignal.abort(reason);

  test.each(verbs)('%s calls nothing and leaves no listener', async (_, verb) => {
    const task = vi.fn();
    const body = vi.fn();
    const items = (function* () {
      body();
      yield 1;
    })();
    const onProgress = vi.fn();
    await verb(items, task, { signal: aborted, onProgress }).catch(() => undefined);
    expect(task).not.toHaveBeenCalled();
    expect(body).not.toHaveBeenCalled();
    expect(onProgress.mock.calls.map(([{ type }]) => type)).toEqual(['finished']);
    expect(getEventListeners(aborted, 'abort')).toEqual([]);
  });

  test.each(rejecting)('%s rejects with the reason', async (_, verb) => {
    await expect(verb([1], vi.fn(), { signal: aborted })).rejects.toBe(reason);
  });

  test('runParallel gives a cancelled outcome for each item of an array that never started', async () => {
    const clock = fakeClock();
    await clock.advance(5_000);
    const outcomes = await runParallel(['a', 'b'], vi.fn(), { signal: aborted, clock });
    expect(outcomes).toEqual(
      ['a', 'b'].map((item, index) => ({
        ok: false,
        item,
        index,
        error: expect.objectContaining({ code: 'E_CANCELLED', cause: reason }),
        gaveUp: 'cancelled',
        attempts: 0,
        startedAt: 0,
        durationMs: 0,
        waitedMs: 0,
        resumed: false,
      })),
    );
  });

  test('no journal is opened', async () => {
    const open = vi.fn();
    await runParallel([1], vi.fn(), { signal: aborted, journal: { open } });
    expect(open).not.toHaveBeenCalled();
  });
});

describe('aborted in the middle', () => {
  const half = async (verb: Verb, options: RunOptions<number> = {}) => {
    const controller = new AbortController();
    const signals: AbortSignal[] = [];
    const task: Task<number, number> = (item, context) => {
      if (item < 2) return item;
      signals.push(context.signal);
      return never();
    };
    const end = verb(range(10), task, {
      concurrency: 3,
      signal: controller.signal,
      ...options,
    });
    const settled = end.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    await turn();
    expect(signals).toHaveLength(3);
    controller.abort(reason);
    return { end: await settled, signals, controller };
  };

  test.each(rejecting)('%s rejects with the reason', async (_, verb) => {
    expect((await half(verb)).end).toEqual({ error: reason });
  });

  test.each(verbs)('%s aborts the signal of each running task with the reason', async (_, verb) => {
    const { signals } = await half(verb);
    expect(signals.map((signal) => signal.reason)).toEqual([reason, reason, reason]);
  });

  test.each(verbs)('%s leaves no listener', async (_, verb) => {
    const { controller } = await half(verb);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('runParallel keeps what was done and cancels the rest', async () => {
    const { end } = await half(runParallel);
    const outcomes = (end as { value: Outcome<number, number>[] }).value;
    expect(outcomes.map(({ index }) => index)).toEqual(range(10));
    expect(outcomes.map(({ ok }) => ok)).toEqual(range(10).map((item) => item < 2));
    expect(outcomes.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
    for (const outcome of outcomes.slice(2))
      expect(outcome).toMatchObject({ gaveUp: 'cancelled', error: { code: 'E_CANCELLED' } });
  });

  test('runParallel gives no outcome for items of a generator that were not taken', async () => {
    const controller = new AbortController();
    const closed = vi.fn();
    const items = (function* () {
      try {
        yield* range(10);
      } finally {
        closed();
      }
    })();
    const end = runParallel(items, never, { concurrency: 3, signal: controller.signal });
    controller.abort(reason);
    expect((await end).map(({ item }) => item)).toEqual([0, 1, 2]);
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test('stream gives first what was done, then throws the reason once, then is over', async () => {
    const controller = new AbortController();
    const outcomes = stream(range(4), (item) => (item === 0 ? item : never()), {
      signal: controller.signal,
      concurrency: 2,
    });
    expect((await outcomes.next()).value).toMatchObject({ ok: true, value: 0 });
    controller.abort(reason);
    expect((await outcomes.next()).value).toMatchObject({ ok: false, index: 1 });
    expect((await outcomes.next()).value).toMatchObject({ ok: false, index: 2 });
    await expect(outcomes.next()).rejects.toBe(reason);
    expect(await outcomes.next()).toEqual({ done: true, value: undefined });
  });

  test('a reason that is undefined is the reason', async () => {
    // Real signals replace undefined by a DOMException; a polyfill need not.
    const listeners = new Set<() => void>();
    const signal = {
      aborted: false,
      reason: undefined,
      addEventListener: (_: string, listener: () => void) => listeners.add(listener),
      removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
    };
    const end = map([1], never, { signal: signal as unknown as AbortSignal });
    signal.aborted = true;
    for (const listener of listeners) listener();
    await expect(end).rejects.toBeUndefined();
    expect(listeners.size).toBe(0);
    const platform = new AbortController();
    const other = map([1], never, { signal: platform.signal });
    platform.abort();
    await expect(other).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('nothing new starts, even when the abort comes from inside a task', async () => {
    const controller = new AbortController();
    const task = vi.fn((item: number) => {
      if (item === 2) controller.abort(reason);
      return item;
    });
    await expect(map(range(9), task, { signal: controller.signal })).rejects.toBe(reason);
    expect(task).toHaveBeenCalledTimes(3);
  });

  test('what settles afterwards is ignored', async () => {
    const controller = new AbortController();
    const ends: (() => void)[] = [];
    const task = (item: number): Promise<number> =>
      new Promise((resolve, reject) => {
        ends.push(() => (item === 0 ? resolve(item) : reject(new Error('late'))));
      });
    const events: string[] = [];
    const end = runParallel(range(2), task, {
      signal: controller.signal,
      onProgress: ({ type }) => events.push(type),
    });
    controller.abort(reason);
    const outcomes = await end;
    const before = structuredClone(events);
    for (const finish of ends) finish();
    await turn();
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, false]);
    expect(events).toEqual(before);
  });

  test('a task that answers by throwing the reason or an AbortError counts as cancelled, another error as its own', async () => {
    const controller = new AbortController();
    const own = new RangeError('own');
    const answers = [reason, new DOMException('stop', 'AbortError'), own, undefined, null, 'text'];
    const task: Task<unknown, never> = (answer, { signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(answer)));
    const end = runParallel(answers, task, { signal: controller.signal, graceMs: 1_000 });
    controller.abort(reason);
    const outcomes = await end;
    const errors = outcomes.map((one) => (one.ok ? undefined : one.error));
    expect(errors.slice(0, 2)).toMatchObject([{ code: 'E_CANCELLED' }, { code: 'E_CANCELLED' }]);
    expect(errors.slice(2)).toEqual([own, undefined, null, 'text']);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ gaveUp: 'cancelled' });
  });
});

describe('graceMs', () => {
  test('running tasks may finish within it; those that do not are cancelled when it is over', async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    const task = (ms: number): Promise<number> =>
      new Promise((resolve) => clock.after(ms, () => resolve(ms)));
    const end = runParallel([100, 900], task, { signal: controller.signal, graceMs: 500, clock });
    controller.abort(reason);
    await clock.advance(499);
    let over = false;
    void end.then(() => {
      over = true;
    });
    await clock.advance(0);
    expect(over).toBe(false);
    await clock.advance(1);
    expect((await end).map(({ ok, durationMs }) => [ok, durationMs])).toEqual([
      [true, 100],
      [false, 500],
    ]);
  });

  test('the run ends early when all tasks do, and no timer is left', async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    const task: Task<number, never> = (_, { signal }) =>
      new Promise((_yes, no) => signal.addEventListener('abort', () => no(signal.reason)));
    const options = { signal: controller.signal, graceMs: 60_000, clock };
    const end = map([1, 2], task, options);
    controller.abort(reason);
    await expect(end).rejects.toBe(reason);
    expect(clock.pending).toBe(0);
  });

  test('an abort from the listener that hears of a start starts nothing more, with a grace too', async () => {
    for (const graceMs of [0, 50]) {
      const clock = fakeClock();
      const controller = new AbortController();
      const task = vi.fn();
      const end = runParallel(range(5), task, {
        graceMs,
        clock,
        signal: controller.signal,
        onProgress: ({ type }) => type === 'started' && controller.abort(reason),
      });
      await clock.advance(100);
      expect((await end).map(({ ok }) => ok)).toEqual([false, false, false, false, false]);
      expect(task).not.toHaveBeenCalled();
    }
  });
});

describe('the listeners on the signal are as before', () => {
  const failing = (): never => {
    throw new Error('no');
  };
  const broken = function* (): Generator<number> {
    yield 1;
    throw new Error('source');
  };
  const ways: [string, Iterable<number>, Task<number, unknown>, RunOptions<number>][] = [
    ['success', range(3), async (item) => item, {}],
    ['a task that fails', range(3), failing, {}],
    ['a source that fails', broken(), async (item) => item, {}],
    [
      'a listener that fails',
      range(3),
      async (item) => item,
      {
        onProgress: () => {
          throw new Error('listener');
        },
      },
    ],
    [
      'a journal that fails',
      range(3),
      async (item) => item,
      { journal: { open: () => Promise.reject(new Error('journal')) } },
    ],
  ];
  describe.each(verbs)('%s', (_, verb) => {
    test.each(ways)('after %s', async (_way, items, task, options) => {
      const { signal } = new AbortController();
      const own = (): void => undefined;
      signal.addEventListener('abort', own);
      const copy = Array.isArray(items) ? items : broken();
      await verb(copy, task, { ...options, signal }).catch(() => undefined);
      expect(getEventListeners(signal, 'abort')).toEqual([own]);
    });
  });

  test('after a reader has left the stream', async () => {
    const { signal } = new AbortController();
    for await (const outcome of stream(range(100), async (item) => item, { signal })) {
      if (outcome.index === 3) break;
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('a thousand tasks add one listener to it, and a hundred runs no more', async () => {
    const { signal } = new AbortController();
    const all = range(100).map(() => map(range(10), turn, { signal }));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await Promise.all(all);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

test('a signal that is aborted stops every run that was given it', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const all = range(20).map(() => map([1], never, { signal }));
  controller.abort(reason);
  expect(await Promise.allSettled(all)).toEqual(
    range(20).map(() => ({ status: 'rejected', reason })),
  );
});

describe("an attempt's signal", () => {
  test('read only after the abort is aborted', async () => {
    const controller = new AbortController();
    const seen: unknown[] = [];
    const end = map(
      [1],
      async (_, context) => {
        await turn();
        seen.push(context.signal.aborted, context.signal.reason);
      },
      { signal: controller.signal, graceMs: 1_000 },
    );
    controller.abort(reason);
    await end.catch(() => undefined);
    expect(seen).toEqual([true, reason]);
  });

  test('is the same each time, each attempt has its own, and it is not aborted by success', async () => {
    const signals: AbortSignal[] = [];
    await map(
      range(3),
      (item, context) => {
        expect(context.signal).toBe(context.signal);
        signals.push(context.signal);
        if (item === 1 && context.attempt === 1) throw new Error('again');
      },
      { retry: { attempts: 2, backoff: 0 } },
    );
    expect(new Set(signals).size).toBe(4);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false, false]);
  });

  test('of an attempt that is over is not aborted by what comes later', async () => {
    const controller = new AbortController();
    const signals: AbortSignal[] = [];
    const end = runParallel(
      range(3),
      async (_, context) => {
        signals.push(context.signal);
        await turn();
      },
      {
        concurrency: 1,
        signal: controller.signal,
        onProgress: (event) => {
          if (event.type === 'started' && event.index === 2) controller.abort(reason);
        },
      },
    );
    await end;
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  });
});

test('failFast gives the outcomes there are and cancels the rest', async () => {
  const task: Task<number, number> = async (item) => {
    if (item < 2) return item;
    if (item === 2) {
      await turn();
      throw new RangeError('two');
    }
    return never();
  };
  const outcomes = await runParallel(range(6), task, { failFast: true, concurrency: 4 });
  expect(outcomes.map((one) => (one.ok ? one.value : one.gaveUp))).toEqual([
    0,
    1,
    'no-retry',
    'cancelled',
    'cancelled',
    'cancelled',
  ]);
  expect(outcomes[3]).toMatchObject({ error: { cause: expect.any(RangeError) } });
});

test('the first failure of map aborts the signals of the others with it', async () => {
  const failure = new RangeError('first');
  const reasons: unknown[] = [];
  const task: Task<number, unknown> = (item, { signal }) => {
    signal.addEventListener('abort', () => reasons.push(signal.reason));
    return item === 2 ? turn().then(() => Promise.reject(failure)) : never();
  };
  await expect(map(range(4), task)).rejects.toBe(failure);
  expect(reasons).toEqual([failure, failure, failure]);
});

describe('an abort by whoever gives the items, while the next one is asked for', () => {
  const features: [string, () => RunOptions<number>][] = [
    ['nothing else', () => ({})],
    ['retries', () => ({ retry: { attempts: 2, backoff: 0 } })],
    ['a time limit', () => ({ timeoutMs: 60_000 })],
    ['a shared limit', () => ({ concurrency: fixedLimit(1) })],
    ['a journal', () => ({ journal: memoryJournal() })],
  ];
  const cases = features.flatMap(([feature, options]) =>
    verbs.flatMap(([name, verb]) => [0, 3].map((at) => ({ feature, options, name, verb, at }))),
  );

  test.each(cases)(
    '$name with $feature starts no item $at and ends',
    async ({ options, verb, at }) => {
      const controller = new AbortController();
      const { signal } = controller;
      const closed = vi.fn();
      const items = (function* () {
        try {
          for (const item of range(9)) {
            if (item === at) controller.abort(reason);
            yield item;
          }
        } finally {
          closed();
        }
      })();
      const started: number[] = [];
      const task = (item: number): Promise<unknown> => {
        started.push(item);
        return item < at ? turn() : never();
      };
      const set = { concurrency: 1, signal, ...options() };
      const end = await verb(items, task, set).catch((error: unknown) => error);
      expect(started).toEqual(range(at));
      expect(closed).toHaveBeenCalledTimes(1);
      if (verb !== runParallel) return expect(end).toBe(reason);
      const outcomes = end as Outcome<number, unknown>[];
      expect(outcomes.map(({ attempts }) => attempts)).toEqual([...range(at).map(() => 1), 0]);
      expect(outcomes.at(-1)).toMatchObject({
        error: { message: `item ${at} was never started when the run was stopped` },
      });
    },
  );

  test('by the key of an item it is the same', async () => {
    const controller = new AbortController();
    const key = (item: number): number => {
      controller.abort(reason);
      return item;
    };
    const task = vi.fn();
    const set = { signal: controller.signal, journal: memoryJournal(), key };
    expect(await runParallel([1, 2], task, set)).toMatchObject([
      { gaveUp: 'cancelled', attempts: 0 },
      { gaveUp: 'cancelled', attempts: 0 },
    ]);
    expect(task).not.toHaveBeenCalled();
  });
});

test('a slot of a shared limit is given back once on abort, for running and for waiting items', async () => {
  const limit = countingLimit(2);
  const controller = new AbortController();
  const end = runParallel(range(5), never, { concurrency: limit, signal: controller.signal });
  const other = map(range(3), async (item) => item, { concurrency: limit });
  controller.abort(reason);
  await end;
  expect(await other).toEqual([0, 1, 2]);
  expect(limit.inFlight).toBe(0);
  expect(limit.released).toHaveLength(limit.acquired);
});
