import { describe, expect, test, vi } from 'vitest';
import { fixedLimit } from '../../../src/engine/limits/fixed-limit.ts';
import { map } from '../../../src/engine/map.ts';
import { runParallel } from '../../../src/engine/run-parallel.ts';
import { stream } from '../../../src/engine/stream.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';
import { limitContract } from '../../../src/testing/limit-contract.ts';
import { countingLimit } from '../support/counting-limit.ts';
import { deferred, never, range, turn, turns } from '../support/turn.ts';
import '../support/unhandled.ts';

describe.each([1, 3, 1_000])('a fixed limit of %i', (slots) => {
  for (const { name, run } of limitContract(() => fixedLimit(slots))) test(name, run);
});

test('a limit of Infinity never refuses', () => {
  const limit = fixedLimit(Infinity);
  for (let n = 0; n < 10_000; n++) expect(limit.tryAcquire()).toBe(true);
  expect(limit.inFlight).toBe(10_000);
});

describe('a slot is given back exactly once', () => {
  const failure = new Error('no');
  const hang = (): Promise<never> => never();
  const broken = function* (): Generator<number> {
    yield 1;
    yield 2;
    throw failure;
  };
  type Ways = Record<string, (limit: ReturnType<typeof countingLimit>) => Promise<unknown>>;
  const ways: Ways = {
    'when tasks succeed': (limit) => map(range(5), turn, { concurrency: limit }),
    'when tasks give plain values': (limit) => map(range(5), (n) => n, { concurrency: limit }),
    'when a task fails': (limit) =>
      map(range(5), () => Promise.reject(failure), { concurrency: limit }),
    'when tasks throw': (limit) =>
      runParallel(
        range(5),
        () => {
          throw failure;
        },
        { concurrency: limit },
      ),
    'when tasks are tried again': (limit) =>
      runParallel(range(5), () => Promise.reject(failure), {
        concurrency: limit,
        retry: { attempts: 3, backoff: 0 },
      }),
    'when the source fails': (limit) => runParallel(broken(), turn, { concurrency: limit }),
    'when the source of map fails': (limit) => map(broken(), turn, { concurrency: limit }),
    'when the source is async': (limit) =>
      map(
        (async function* () {
          yield* range(5);
        })(),
        turn,
        { concurrency: limit },
      ),
    'when the run is aborted': (limit) => {
      const controller = new AbortController();
      const end = runParallel(range(5), hang, { concurrency: limit, signal: controller.signal });
      controller.abort();
      return end;
    },
    'when the run is aborted from inside a task': (limit) => {
      const controller = new AbortController();
      const task = (): Promise<never> => {
        controller.abort();
        return never();
      };
      return runParallel(range(5), task, { concurrency: limit, signal: controller.signal });
    },
    'when tasks time out': async (limit) => {
      const clock = fakeClock();
      const end = runParallel(range(5), hang, { concurrency: limit, timeoutMs: 10, clock });
      await clock.advance(100);
      return end;
    },
    'when they time out and are tried again': async (limit) => {
      const clock = fakeClock();
      const retry = { attempts: 2, backoff: 5 };
      const options = { concurrency: limit, timeoutMs: 10, retry, clock };
      const end = runParallel(range(5), hang, options);
      await clock.advance(1_000);
      return end;
    },
    'when the reader of a stream leaves': async (limit) => {
      for await (const outcome of stream(range(50), turn, { concurrency: limit })) {
        if (outcome.index === 4) break;
      }
    },
    'when a listener throws': (limit) =>
      map(range(5), turn, {
        concurrency: limit,
        onProgress: ({ type }) => {
          if (type === 'settled') throw failure;
        },
      }),
    'when a listener throws on a start': (limit) =>
      map(range(5), turn, {
        concurrency: limit,
        onProgress: ({ type }) => {
          if (type === 'started') throw failure;
        },
      }),
    'when there is nothing to do': (limit) => map([], turn, { concurrency: limit }),
  };
  test.each(
    Object.entries(ways).flatMap(([way, go]) => [1, 2].map((slots) => [way, slots, go] as const)),
  )('%s, with %i slots', async (_, slots, go) => {
    const limit = countingLimit(slots);
    await go(limit).catch(() => undefined);
    await turn();
    expect(limit.inFlight).toBe(0);
    expect(limit.released).toHaveLength(limit.acquired);
    expect(limit.most).toBeLessThanOrEqual(slots);
  });
});

test('the limit is told how each use ended and how long it took', async () => {
  const clock = fakeClock();
  const limit = countingLimit(3);
  const task = (ms: number): Promise<number> =>
    new Promise((resolve, reject) =>
      clock.after(ms, () => (ms === 20 ? reject(new Error('own')) : resolve(ms))),
    );
  const end = runParallel([10, 20, 90], task, { concurrency: limit, timeoutMs: 50, clock });
  await clock.advance(100);
  await end;
  expect(limit.released.filter(([, ms]) => ms > 0)).toEqual([
    ['success', 10],
    ['ignore', 20],
    ['overload', 50],
  ]);
});

describe('the last item of a run that shares a limit is delivered before the run ends', () => {
  test('as a value', async () => {
    const events: string[] = [];
    const options = {
      concurrency: fixedLimit(1),
      onProgress: ({ type }: { type: string }) => events.push(type),
    };
    expect(await map([1], async (n) => n, options)).toEqual([1]);
    expect(events.filter((type) => type !== 'waiting')).toEqual(['started', 'settled', 'finished']);
  });

  test('as a failure', async () => {
    const failure = new Error('no');
    for (const items of [range(1), range(1).values()]) {
      const fail = (): Promise<never> => turn().then(() => Promise.reject(failure));
      await expect(map(items, fail, { concurrency: fixedLimit(1) })).rejects.toBe(failure);
    }
  });

  test('after another try', async () => {
    const task = async (_: number, { attempt }: { attempt: number }): Promise<string> => {
      await turn();
      if (attempt === 1) throw new Error('again');
      return 'ok';
    };
    const retry = { attempts: 2, backoff: 0 };
    for (const items of [range(1), range(1).values()])
      expect(await map(items, task, { concurrency: fixedLimit(1), retry })).toEqual(['ok']);
  });

  test('in a stream', async () => {
    const outcomes = [];
    for await (const { index } of stream(range(3), turn, { concurrency: fixedLimit(1) }))
      outcomes.push(index);
    expect(outcomes).toEqual([0, 1, 2]);
  });
});

test('nothing starts behind a failure although its slot is free again', async () => {
  const task = vi.fn(async () => {
    await turn();
    throw new Error('no');
  });
  await map(range(5), task, { concurrency: fixedLimit(1) }).catch(() => undefined);
  expect(task).toHaveBeenCalledTimes(1);
});

describe('a run whose last item is done ends, though others hold every slot', () => {
  test.each<[string, () => Iterable<number> | AsyncIterable<number>]>([
    ['an array', () => range(2)],
    ['a set', () => new Set(range(2))],
    ['a generator', () => range(2).values()],
    [
      'an async generator',
      async function* () {
        yield* range(1);
      },
    ],
  ])('of %s', async (_, items) => {
    const limit = fixedLimit(1);
    const gate = deferred();
    const first = map(items(), () => gate.promise, { concurrency: limit });
    await turn();
    // Its task waits for the first run while it holds the only slot.
    const second = map([1], () => first, { concurrency: limit });
    gate.resolve();
    expect(await second).toEqual([await first]);
  });
});

test('two runs that share a limit of one take turns', async () => {
  const limit = fixedLimit(1);
  const order: string[] = [];
  const run = (name: string): Promise<unknown> =>
    map(
      range(5),
      async () => {
        order.push(name);
        await turns(2);
      },
      { concurrency: limit },
    );
  await Promise.all([run('a'), run('b')]);
  // The first has waited for its second item since before the other came.
  expect(order.join('')).toBe('aababababb');
});

test('a run is not starved by others that share its limit', async () => {
  const limit = fixedLimit(2);
  let otherTasks = 0;
  const busy = new AbortController();
  const others = range(3).map(() =>
    runParallel(
      (function* () {
        for (;;) yield 1;
      })(),
      () => {
        otherTasks++;
        return turn();
      },
      { concurrency: limit, signal: busy.signal },
    ),
  );
  await map(range(50), turn, { concurrency: limit });
  const meanwhile = otherTasks;
  busy.abort();
  await Promise.all(others);
  expect(meanwhile).toBeLessThan(400);
});

test('who has withdrawn is not called, however many have', () => {
  const limit = fixedLimit(1);
  limit.tryAcquire();
  const heard = vi.fn();
  for (let n = 0; n < 100_000; n++) limit.whenFree(heard)();
  limit.release('ignore', 0);
  expect(heard).not.toHaveBeenCalled();
});

test('runs with numbers of their own do not share anything', async () => {
  const gate = deferred();
  const blocked = map(range(2), () => gate.promise, { concurrency: 1 });
  expect(await map(range(2), async (n) => n, { concurrency: 1 })).toEqual([0, 1]);
  gate.resolve();
  await blocked;
});

test('one who waits and throws when called keeps nobody else from the slot', () => {
  const limit = fixedLimit(1);
  limit.tryAcquire();
  const called: string[] = [];
  limit.whenFree(() => {
    called.push('first');
    throw new Error('mine');
  });
  limit.whenFree(() => void called.push('second'));
  expect(() => limit.release('success', 1)).toThrow('mine');
  expect(called).toEqual(['first', 'second']);
});
