import { AsyncLocalStorage } from 'node:async_hooks';
import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { batchMap } from '../../src/engine/batch-map.ts';
import { map } from '../../src/engine/map.ts';
import { runParallel } from '../../src/engine/run-parallel.ts';
import { stream } from '../../src/engine/stream.ts';
import { range, turn } from './support/turn.ts';
import './support/unhandled.ts';

const falsy = [undefined, null, 0, -0, '', false, Number.NaN, 0n];

async function streamed<T, R>(items: Iterable<T>, task: (item: T) => R | PromiseLike<R>) {
  const outcomes = [];
  for await (const outcome of stream(items, task)) outcomes.push(outcome);
  return outcomes;
}

describe('failure is told by ok, never by the truth of what was thrown', () => {
  const ways: [string, (value: unknown) => unknown][] = [
    [
      'thrown',
      (value) => {
        throw value;
      },
    ],
    ['rejected', (value) => Promise.reject(value)],
    [
      'rejected by a thenable',
      (value) => ({ then: (_: unknown, no: (error: unknown) => void) => no(value) }),
    ],
  ];
  describe.each(ways)('%s', (_, fail) => {
    test.each(falsy.map((value) => [value]))('%s', async (value) => {
      await expect(map([1, 2], () => fail(value))).rejects.toBe(value);
      expect(await batchMap([1, 2], fail.bind(null, value))).toEqual([]);
      for (const outcomes of [
        await runParallel([1, 2], () => fail(value)),
        await streamed([1, 2], () => fail(value)),
      ]) {
        expect(outcomes).toHaveLength(2);
        for (const outcome of outcomes) {
          expect(outcome).toMatchObject({ ok: false, gaveUp: 'no-retry', error: value });
          expect('value' in outcome).toBe(false);
        }
      }
    });
  });
});

test('a falsy value is a success, and a falsy item is an item', async () => {
  const seen: unknown[] = [];
  const task = async (item: unknown): Promise<unknown> => {
    seen.push(item);
    return item;
  };
  for (const items of [falsy, new Set(falsy), falsy.values()]) {
    seen.length = 0;
    const expected = [...new Set(falsy)];
    const all = items === falsy ? falsy : expected;
    const values = await map(items, task, { concurrency: 2 });
    if (Array.isArray(items)) expect(values).toEqual(all);
    expect(seen).toHaveLength(values.length);
  }
  expect(await batchMap(falsy, task)).toEqual(falsy);
  const outcomes = await runParallel(falsy, task);
  expect(outcomes.map((one) => one.ok && one.value)).toEqual(falsy);
});

test('an error is passed on as the very object that was thrown', async () => {
  const error = Object.freeze(new TypeError('own'));
  const fail = async (): Promise<never> => {
    throw error;
  };
  await expect(map([1], fail)).rejects.toBe(error);
  expect((await runParallel([1], fail))[0]).toMatchObject({ error });
});

test("a task's error keeps a stack that names the task", async () => {
  const theTaskThatFails = async (): Promise<never> => {
    await turn();
    throw new Error('here');
  };
  const [outcome] = await runParallel([1], theTaskThatFails);
  expect((outcome as { error: Error }).error.stack).toContain('theTaskThatFails');
});

test('each timeout and cancellation is an error of its own', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 5);
  const options = { signal: controller.signal };
  const outcomes = await runParallel([1, 2], () => new Promise(() => undefined), options);
  const [first, second] = outcomes.map((one) => (one.ok ? undefined : one.error));
  expect(first).not.toBe(second);
});

describe('after a rejection at concurrency 1 the next item starts', () => {
  test.each<[string, () => unknown]>([
    ['rejected promise', () => Promise.reject(new Error('no'))],
    [
      'throw',
      () => {
        throw new Error('no');
      },
    ],
  ])('%s', async (_, fail) => {
    const task = vi.fn((item: number) => (item % 2 === 0 ? fail() : item));
    const outcomes = await runParallel(range(6), task, { concurrency: 1 });
    expect(task).toHaveBeenCalledTimes(6);
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, true, false, true, false, true]);
  });
});

describe('an item settles exactly once', () => {
  const outcomeOf = async (result: () => unknown): Promise<unknown> => {
    const events: string[] = [];
    const [first, ...rest] = await runParallel([1], result, {
      onProgress: ({ type }) => events.push(type),
    });
    await turn();
    expect(rest).toEqual([]);
    expect(events).toEqual(['started', 'settled', 'finished']);
    return first?.ok === true ? first.value : first?.error;
  };

  test('when a thenable calls back twice', async () => {
    const twice = (yes: (v: number) => void, no: (e: unknown) => void): void => {
      yes(1);
      yes(2);
      no(3);
    };
    expect(await outcomeOf(() => ({ then: twice }))).toBe(1);
    expect(
      await outcomeOf(() => ({
        then: (yes: (v: number) => void, no: (e: unknown) => void) => {
          no(3);
          yes(1);
        },
      })),
    ).toBe(3);
  });

  test('when a thenable throws after it has called back', async () => {
    const thenable = {
      then: (yes: (v: number) => void) => {
        yes(1);
        throw new Error('late');
      },
    };
    expect(await outcomeOf(() => thenable)).toBe(1);
  });

  test('when a promise has a then of its own that calls back twice', async () => {
    const patched = Promise.resolve(1);
    void Object.defineProperty(patched, 'then', {
      value: (yes: (v: number) => void) => {
        yes(2);
        yes(3);
      },
    });
    expect(await outcomeOf(() => patched)).toBe(1);
  });

  test('when it is a promise of a subclass', async () => {
    class Chatty<V> extends Promise<V> {
      override then<A = V, B = never>(
        yes?: ((value: V) => A | PromiseLike<A>) | null,
        no?: ((reason: unknown) => B | PromiseLike<B>) | null,
      ): Promise<A | B> {
        const twice = (value: V): A | PromiseLike<A> => {
          void yes?.(value);
          return yes?.(value) as A;
        };
        return super.then(twice, no);
      }
    }
    expect(await outcomeOf(() => Chatty.resolve(5))).toBe(5);
    expect(await outcomeOf(() => Chatty.reject(new RangeError('sub')))).toBeInstanceOf(RangeError);
  });

  test('when the promise comes from another realm', async () => {
    expect(await outcomeOf(() => runInNewContext('Promise.resolve(5)'))).toBe(5);
    expect(await outcomeOf(() => runInNewContext('Promise.reject(6)'))).toBe(6);
  });

  test('when the thenable is a function', async () => {
    const callable = Object.assign(() => 1, { then: (yes: (v: number) => void) => yes(7) });
    expect(await outcomeOf(() => callable)).toBe(7);
  });

  test('when a thenable gives another thenable', async () => {
    const inner = { then: (yes: (v: number) => void) => yes(8) };
    expect(await outcomeOf(() => ({ then: (yes: (v: unknown) => void) => yes(inner) }))).toBe(8);
  });

  test('when asking for then throws', async () => {
    const trap = {
      get then() {
        throw new RangeError('getter');
      },
    };
    expect(await outcomeOf(() => trap)).toBeInstanceOf(RangeError);
  });
});

test.each<[string, () => unknown]>([
  ['an object without prototype', () => Object.create(null)],
  ['an object whose then is no function', () => ({ then: 5 })],
  ['a function', () => () => 5],
  ['a class', () => class {}],
  ['an array', () => [1]],
  ['a symbol', () => Symbol.iterator],
])('%s is given back as it is', async (_, make) => {
  const value = make();
  expect((await map([1], () => value))[0]).toBe(value);
});

test('a function that returns a promise without being async is awaited', async () => {
  const task = (item: number): Promise<number> => turn().then(() => item + 1);
  expect(await map([1, 2, 3], task)).toEqual([2, 3, 4]);
});

test('a task that throws at once is like one that rejects', async () => {
  const task = (item: number): number => {
    if (item === 2) throw new RangeError('two');
    return item;
  };
  await expect(map(range(4), task)).rejects.toThrow(RangeError);
  expect(await batchMap(range(4), task)).toEqual([0, 1, 3]);
});

test('promises among the items are not awaited', async () => {
  const items = [Promise.resolve(1), Promise.resolve(2)];
  expect(await map(items, (item) => item instanceof Promise)).toEqual([true, true]);
});

describe("the caller's items are left as they were", () => {
  test('an array, a set and a map', async () => {
    const array = Object.freeze(range(5));
    const set = new Set(array);
    const pairs = new Map([['a', 1]]);
    await map(array, (item) => item);
    await runParallel(set, (item) => item);
    await batchMap(pairs, (pair) => pair);
    expect([array, set, pairs]).toEqual([range(5), new Set(range(5)), new Map([['a', 1]])]);
  });

  test('options, also frozen ones', async () => {
    const options = Object.freeze({
      concurrency: 2,
      retry: Object.freeze({ attempts: 2, backoff: Object.freeze([0]) }),
    });
    const before = structuredClone(options);
    await map([1], (item) => item, options);
    expect(options).toEqual(before);
  });
});

test('nothing is printed and no warning is raised, whatever goes wrong', async () => {
  const warnings: unknown[] = [];
  const onWarning = (warning: unknown): number => warnings.push(warning);
  process.on('warning', onWarning);
  const write = vi.spyOn(process.stdout, 'write');
  const writeError = vi.spyOn(process.stderr, 'write');
  const controller = new AbortController();
  const { signal } = controller;
  const all = [
    ...range(1_000).map((item) => map([item], turn, { signal })),
    runParallel(range(1_000), turn, { signal, concurrency: Infinity }),
    batchMap(range(10), () => Promise.reject(new Error('no'))),
    map(range(1_000), async (_, context) => (await turn(), context.signal.aborted), { signal }),
    map([1], () => {
      throw undefined;
    }),
  ];
  controller.abort();
  await Promise.allSettled(all);
  await turn();
  const printed = [...write.mock.calls, ...writeError.mock.calls];
  write.mockRestore();
  writeError.mockRestore();
  process.off('warning', onWarning);
  expect(printed).toEqual([]);
  expect(warnings).toEqual([]);
});

test('every task runs in the async context of whoever called', async () => {
  const storage = new AsyncLocalStorage<string>();
  const task = async (): Promise<string | undefined> => {
    await turn();
    return storage.getStore();
  };
  const [a, b] = await Promise.all([
    storage.run('a', () => map(range(6), task, { concurrency: 2 })),
    storage.run('b', () => map(range(6), task, { concurrency: 2 })),
  ]);
  expect(a).toEqual(range(6).map(() => 'a'));
  expect(b).toEqual(range(6).map(() => 'b'));
});

test('two runs share no state: the defaults of one are not changed by another', async () => {
  const [first, second] = await Promise.all([
    map(range(3), async (item) => item, { retry: { attempts: 3 }, timeoutMs: 1_000 }),
    map(range(3), async (item) => item * 2),
  ]);
  expect([first, second]).toEqual([
    [0, 1, 2],
    [0, 2, 4],
  ]);
  expect(await runParallel([1], () => Promise.reject(new Error('x')))).toMatchObject([
    { attempts: 1, gaveUp: 'no-retry' },
  ]);
});

test('the first calls happen before the verb returns', () => {
  const task = vi.fn(async () => 1);
  void map([1, 2, 3], task, { concurrency: 2 });
  expect(task).toHaveBeenCalledTimes(2);
  expect(task.mock.calls[0]).toMatchObject([1, { index: 0, attempt: 1 }]);
});

test('no items give no results', async () => {
  const task = vi.fn();
  expect(await map([], task)).toEqual([]);
  expect(await runParallel(new Set(), task)).toEqual([]);
  expect(await batchMap((async function* () {})(), task)).toEqual([]);
  expect(await streamed('', task)).toEqual([]);
  expect(task).not.toHaveBeenCalled();
});

test('what a context offers may be taken apart', async () => {
  const reports: unknown[] = [];
  await map(
    [5],
    async (item, { index, attempt, signal, report }) => {
      report({ item, index, attempt, aborted: signal.aborted });
    },
    { onProgress: (event) => event.type === 'report' && reports.push(event.data) },
  );
  expect(reports).toEqual([{ item: 5, index: 0, attempt: 1, aborted: false }]);
});

describe('a task may throw what throws when it is looked at', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const trap = {
    get name(): never {
      throw new Error('name');
    },
  };
  test.each([
    ['a revoked proxy', proxy],
    ['an object whose name throws', trap],
  ])('%s', async (_, thrown) => {
    const fail = async (): Promise<never> => {
      await turn();
      throw thrown;
    };
    const [outcome] = await runParallel([1], fail, { retry: { attempts: 2, backoff: 0 } });
    expect(outcome?.ok === false && outcome.error === thrown).toBe(true);
    expect(outcome?.attempts).toBe(2);
    const controller = new AbortController();
    const end = runParallel([1], fail, { signal: controller.signal, graceMs: 1_000 });
    controller.abort();
    const [stopped] = await end;
    expect(stopped?.ok === false && stopped.error === thrown).toBe(true);
  });
});
