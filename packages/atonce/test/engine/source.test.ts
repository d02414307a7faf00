import { describe, expect, test, vi } from 'vitest';
import { batchMap } from '../../src/engine/batch-map.ts';
import { map } from '../../src/engine/map.ts';
import { runParallel } from '../../src/engine/run-parallel.ts';
import type { Items } from '../../src/engine/source.ts';
import { stream } from '../../src/engine/stream.ts';
import { isAtonceError, type SourceError } from '../../src/kernel/errors.ts';
import { isSettled, never, range, turn } from './support/turn.ts';
import './support/unhandled.ts';

const failure = new RangeError('source');
const double = async (item: number): Promise<number> => item * 2;

/** An iterable of one iterator, sync or async, with only the methods given. */
function iterable<T = number>(iterator: Partial<Iterator<T>>): Iterable<T> {
  return { [Symbol.iterator]: () => iterator as Iterator<T> };
}
function asyncIterable<T = number>(iterator: Partial<AsyncIterator<T>>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => iterator as AsyncIterator<T> };
}

describe('every kind of iterable is read', () => {
  async function* slowly(): AsyncGenerator<number> {
    for (const item of range(4)) {
      await turn();
      yield item;
    }
  }
  test.each<[string, () => Items<unknown>, unknown[]]>([
    ['an array', () => [1, 2], [1, 2]],
    ['a set', () => new Set([1, 2]), [1, 2]],
    ['a map', () => new Map([['a', 1]]), [['a', 1]]],
    ['a string, by code points', () => 'a😀b', ['a', '😀', 'b']],
    ['a string object', () => Object('ab') as Iterable<string>, ['a', 'b']],
    ['a typed array', () => new Uint8Array([1, 2]), [1, 2]],
    ['an iterator', () => [1, 2].values(), [1, 2]],
    ['an async generator', slowly, [0, 1, 2, 3]],
    ['an array with holes', () => Array.from<undefined>({ length: 2 }), [undefined, undefined]],
    [
      'an iterator that gives plain objects late',
      () => {
        let next = 0;
        return asyncIterable({
          // Not a promise, which `for await` takes too.
          next: () => ({ done: next === 2, value: next++ }) as never,
        });
      },
      [0, 1],
    ],
    [
      'what is both, as async',
      () => Object.assign([9], { [Symbol.asyncIterator]: undefined }) as Iterable<number>,
      [9],
    ],
  ])('%s', async (_, make, items) => {
    expect(await map(make(), (item) => item, { concurrency: 2 })).toEqual(items);
    expect((await runParallel(make(), (item) => item)).map(({ item }) => item)).toEqual(items);
  });

  test('holes of an array are undefined items', async () => {
    const sparse = [1, , 3];
    const task = vi.fn((item: number | undefined) => item ?? 'hole');
    expect(await map(sparse, task)).toEqual([1, 'hole', 3]);
    expect(task).toHaveBeenCalledTimes(3);
  });

  test('an async source of 10,000 items, each asked for when it is wanted', async () => {
    let given = 0;
    let asked = 0;
    const source = asyncIterable<number>({
      next: async () => {
        expect(++asked).toBe(given + 1);
        await Promise.resolve();
        return given < 10_000 ? { done: false, value: given++ } : { done: true, value: undefined };
      },
    });
    const values = await map(source, double, { concurrency: 7 });
    expect(values).toEqual(range(10_000).map((item) => item * 2));
    expect(asked).toBe(10_001);
  });
});

describe('an array that changes while it is read is read live', () => {
  test('what is pushed by a task is done too', async () => {
    const items = [3];
    const totals: unknown[] = [];
    const task = async (item: number): Promise<number> => {
      await turn();
      if (item > 0) items.push(item - 1);
      return item;
    };
    const values = await map(items, task, {
      onProgress: ({ counts }) => totals.push(counts.total === items.length),
    });
    expect(values).toEqual([3, 2, 1, 0]);
    expect(new Set(totals)).toEqual(new Set([true]));
  });

  test('what is removed before it is taken is not done', async () => {
    const items = range(10);
    const task = async (item: number): Promise<number> => {
      items.length = 4;
      await turn();
      return item;
    };
    expect(await map(items, task, { concurrency: 2 })).toEqual([0, 1, 2, 3]);
  });

  test('an array that becomes shorter than what was taken gives what was taken', async () => {
    const items = range(4);
    const task = async (item: number): Promise<number> => {
      await turn();
      items.length = 0;
      return item;
    };
    expect(await runParallel(items, task)).toHaveLength(4);
  });
});

describe('a source that fails midway', () => {
  const broken = function* (): Generator<number> {
    yield 1;
    yield 2;
    throw failure;
  };
  const brokenLate = async function* (): AsyncGenerator<number> {
    yield 1;
    await turn();
    yield 2;
    throw failure;
  };
  const kinds: [string, () => Items<number>][] = [
    ['a generator that throws', broken],
    ['an async generator that throws', brokenLate],
    [
      'an async iterator whose next rejects',
      () => {
        const items = [1, 2];
        const next = async (): Promise<IteratorResult<number>> => {
          if (items.length === 0) throw failure;
          return { done: false, value: items.shift() as number };
        };
        return asyncIterable({ next });
      },
    ],
    [
      'an async iterator whose next throws at once',
      () => {
        const items = [1, 2];
        const next = (): Promise<IteratorResult<number>> => {
          if (items.length === 0) throw failure;
          return Promise.resolve({ done: false, value: items.shift() as number });
        };
        return asyncIterable({ next });
      },
    ],
    [
      'an iterator whose value throws when it is read',
      () => {
        const items = [1, 2];
        const step = {
          done: false,
          get value(): number {
            if (items.length === 0) throw failure;
            return items.shift() as number;
          },
        };
        return iterable({ next: () => step });
      },
    ],
    [
      'an async iterator whose value throws when it is read',
      () => {
        const items = [1, 2];
        const step = {
          done: false,
          get value(): number {
            if (items.length === 0) throw failure;
            return items.shift() as number;
          },
        };
        return asyncIterable({ next: async () => step });
      },
    ],
  ];

  describe.each(kinds)('%s', (_, make) => {
    test('map rejects with that error, untouched, and aborts what is running', async () => {
      const signals: AbortSignal[] = [];
      const task = (__: number, context: { signal: AbortSignal }): Promise<never> => {
        signals.push(context.signal);
        return never();
      };
      await expect(map(make(), task)).rejects.toBe(failure);
      expect(signals.map(({ reason }) => reason)).toEqual([failure, failure]);
    });

    test('runParallel rejects with a SourceError that has the outcomes, finished first', async () => {
      const task = async (item: number): Promise<number> => {
        await turn();
        if (item === 1) throw new Error('one');
        return item;
      };
      const error = await runParallel(make(), task).catch((caught: unknown) => caught);
      expect(isAtonceError(error, 'E_SOURCE')).toBe(true);
      const { cause, settled } = error as SourceError<unknown>;
      expect(cause).toBe(failure);
      expect(settled).toMatchObject([
        { ok: false, index: 0 },
        { ok: true, value: 2 },
      ]);
    });

    test('batchMap rejects with a SourceError that has the values', async () => {
      const error = await batchMap(make(), double).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'E_SOURCE', cause: failure, settled: [2, 4] });
    });

    test('stream gives the outcomes, then throws that error once', async () => {
      const outcomes = stream(make(), double);
      const values = [await outcomes.next(), await outcomes.next()].map(({ value }) => value.value);
      expect(values).toEqual([2, 4]);
      await expect(outcomes.next()).rejects.toBe(failure);
      expect(await outcomes.next()).toMatchObject({ done: true });
    });
  });

  test.each([undefined, null, 0, ''].map((value) => [value]))('also with %s', async (value) => {
    const source = function* (): Generator<number> {
      yield 1;
      throw value;
    };
    await expect(map(source(), double)).rejects.toBe(value);
    await expect(runParallel(source(), double)).rejects.toMatchObject({
      code: 'E_SOURCE',
      cause: value,
    });
  });

  test('an array that throws gives nothing behind the place where it did', async () => {
    const items = range(5);
    Object.defineProperty(items, 2, {
      get: () => {
        throw failure;
      },
    });
    for (const concurrency of [1, 2, 9]) {
      const end = await runParallel(items, double, { concurrency }).catch(
        (error: unknown) => error,
      );
      expect(isAtonceError(end, 'E_SOURCE')).toBe(true);
      const { cause, settled } = end as SourceError<unknown>;
      expect(cause).toBe(failure);
      expect(settled).toMatchObject([{ value: 0 }, { value: 2 }]);
    }
    await expect(map(items, double)).rejects.toBe(failure);
  });

  test('failFast with a source that fails cancels what is running', async () => {
    const error = await runParallel(broken(), never, { failFast: true }).catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: 'E_SOURCE',
      settled: [{ gaveUp: 'cancelled' }, { gaveUp: 'cancelled' }],
    });
  });
});

describe('an iterator that breaks its contract ends the run instead of hanging it', () => {
  test.each([undefined, null, 5, 'text'].map((value) => [value]))(
    'a step that is %s',
    async (step) => {
      const sync = (): Iterable<number> => iterable({ next: () => step as never });
      const late = (): AsyncIterable<number> => asyncIterable({ next: async () => step as never });
      for (const make of [sync, late]) {
        await expect(map(make(), double)).rejects.toMatchObject({ code: 'E_OPTION' });
        await expect(runParallel(make(), double)).rejects.toMatchObject({ code: 'E_SOURCE' });
      }
    },
  );

  test('no next at all', async () => {
    await expect(map(iterable({}), double)).rejects.toThrow(TypeError);
    await expect(map(asyncIterable({}), double)).rejects.toThrow(TypeError);
  });

  test('a Symbol.iterator that throws', async () => {
    const items = {
      [Symbol.iterator]: () => {
        throw failure;
      },
    };
    await expect(map(items, double)).rejects.toBe(failure);
    await expect(runParallel(items, double)).rejects.toBe(failure);
  });
});

describe('an early stop closes the source', () => {
  const closing = (closed: () => void): Generator<number> =>
    (function* () {
      try {
        yield* range(100);
      } finally {
        closed();
      }
    })();

  test('when a task of map fails', async () => {
    const closed = vi.fn();
    const fail = async (): Promise<never> => {
      throw failure;
    };
    await expect(map(closing(closed), fail, { concurrency: 2 })).rejects.toBe(failure);
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test('when the reader of a stream leaves', async () => {
    const closed = vi.fn();
    for await (const outcome of stream(closing(closed), double, { concurrency: 2 })) {
      if (outcome.index === 1) break;
    }
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test('when the reader of a stream leaves before the first read', async () => {
    const [next, back] = [vi.fn(), vi.fn()];
    for (const items of [iterable({ next, return: back }), asyncIterable({ next, return: back })])
      await stream(items, double).return();
    expect(back).toHaveBeenCalledTimes(2);
    expect(next).not.toHaveBeenCalled();
  });

  test('but not when it has come to its end, or failed, by itself', async () => {
    const back = vi.fn();
    const next = vi
      .fn<() => IteratorResult<number>>()
      .mockReturnValueOnce({ done: true, value: 0 })
      .mockImplementationOnce(() => {
        throw failure;
      });
    await map(iterable({ next, return: back }), double);
    await map(iterable({ next, return: back }), double).catch(() => undefined);
    expect(next).toHaveBeenCalledTimes(2);
    expect(back).not.toHaveBeenCalled();
  });

  test('and what closing it throws does not hide why the run ended', async () => {
    const next = (): never => ({ done: false, value: 1 }) as never;
    const back = (): never => {
      throw new Error('return');
    };
    const late = (): Promise<never> => Promise.reject(new Error('return'));
    const fail = (): Promise<never> => Promise.reject(failure);
    await expect(map(iterable({ next, return: back }), fail)).rejects.toBe(failure);
    await expect(map(asyncIterable({ next, return: back }), fail)).rejects.toBe(failure);
    await expect(map(asyncIterable({ next, return: late }), fail)).rejects.toBe(failure);
  });

  test('and does not wait for one that waits itself for ever', async () => {
    const controller = new AbortController();
    const stuck = (async function* () {
      yield 1;
      await never();
      yield 2;
    })();
    const end = map(stuck, double, { signal: controller.signal });
    expect(await isSettled(end)).toBe(false);
    controller.abort(failure);
    await expect(end).rejects.toBe(failure);
  });

  test('and an item that arrives afterwards starts nothing', async () => {
    const controller = new AbortController();
    let give: ((step: IteratorResult<number>) => void) | undefined;
    const next = (): Promise<IteratorResult<number>> =>
      new Promise((resolve) => {
        give = resolve;
      });
    const task = vi.fn();
    const end = map(asyncIterable({ next }), task, { signal: controller.signal });
    await turn();
    controller.abort(failure);
    await expect(end).rejects.toBe(failure);
    give?.({ done: false, value: 1 });
    await turn();
    expect(task).not.toHaveBeenCalled();
  });
});

describe('a long lazy source is not kept in memory', () => {
  test('a stream of a million items never has more of them than its highWaterMark', async () => {
    let alive = 0;
    let most = 0;
    const source = (function* () {
      for (let n = 0; n < 1_000_000; n++) {
        alive++;
        yield n;
      }
    })();
    let sum = 0;
    for await (const outcome of stream(source, async (n) => n, { concurrency: 16 })) {
      alive--;
      most = Math.max(most, alive);
      if (outcome.ok) sum += outcome.value;
    }
    expect(most).toBeLessThanOrEqual(32);
    expect(sum).toBe((1_000_000 * 999_999) / 2);
  });
});

test('a promise of items is refused with what to do about it', async () => {
  const items = Promise.resolve([1, 2]) as never;
  await expect(map(items, (item) => item)).rejects.toThrow(
    /`items`.*got a promise: await it first/,
  );
});
