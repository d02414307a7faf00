import { batchMap, map, runParallel, type TaskContext } from 'atonce';
import { moduleTask, threads, transfer } from 'atonce/threads';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';

type Doing = (item: number, context: TaskContext) => unknown;

const here = moduleTask<number, unknown>(new URL('./fixtures/here.js', import.meta.url), 'here');
const world = globalThis as { doHere?: Doing };
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Says what the task does with an item in this thread; gives the items that began. */
function doing(what: Doing): number[] {
  const begun: number[] = [];
  world.doHere = (item, context) => {
    begun.push(item);
    return what(item, context);
  };
  return begun;
}

afterEach(() => {
  delete world.doHere;
});

describe('items that a pool runs on the calling thread', () => {
  test('begin once each, in order, with their own contexts', async () => {
    await using pool = threads({ workers: 1 });
    const contexts: TaskContext[] = [];
    const begun = doing((item, context) => {
      contexts.push(context);
      return item * 2;
    });
    expect(await map(numbers(5_000), here, { on: pool })).toEqual(numbers(5_000).map((n) => n * 2));
    expect(begun).toEqual(numbers(5_000));
    expect(contexts.map(({ index, attempt }) => [index, attempt])).toEqual(
      numbers(5_000).map((index) => [index, 1]),
    );
  });

  test('do not begin any more once one has failed', async () => {
    await using pool = threads({ workers: 1 });
    const begun = doing((item) => {
      if (item === 700) throw undefined;
      return item;
    });
    await expect(map(numbers(5_000), here, { on: pool })).rejects.toBeUndefined();
    expect(begun).toHaveLength(701);
  });

  test('do not begin any more once their own task has stopped the run', async () => {
    await using pool = threads({ workers: 1 });
    const stopper = new AbortController();
    const begun = doing((item) => {
      if (item === 700) stopper.abort(new Error('enough'));
      return item;
    });
    const run = map(numbers(5_000), here, { on: pool, signal: stopper.signal });
    await expect(run).rejects.toThrow('enough');
    expect(begun).toHaveLength(701);
  });

  test('do not hold up the end when the task that stopped the run never settles', async () => {
    await using pool = threads({ workers: 1 });
    const stopper = new AbortController();
    let seen: AbortSignal | undefined;
    doing((item, { signal }) => {
      if (item < 3) return item;
      seen = signal;
      stopper.abort(new Error('enough'));
      return new Promise(() => undefined);
    });
    const run = map(numbers(10), here, { on: pool, signal: stopper.signal, graceMs: 20 });
    await expect(run).rejects.toThrow('enough');
    expect(seen?.aborted).toBe(true);
  });

  test('that were stopped in their promise are waited for as long as the grace', async () => {
    await using pool = threads({ workers: 1 });
    const stopper = new AbortController();
    const begun = doing(
      (item, { signal }) =>
        new Promise((resolve) => {
          if (item === 2) queueMicrotask(() => stopper.abort(new Error('enough')));
          if (item < 2) return resolve(item);
          signal.addEventListener('abort', () => setTimeout(resolve, 5), { once: true });
        }),
    );
    const run = map(numbers(10), here, { on: pool, signal: stopper.signal, graceMs: 5_000 });
    await expect(run).rejects.toThrow('enough');
    expect(begun).toEqual([0, 1, 2]);
  });

  test('are those that the array has when they begin', async () => {
    await using pool = threads({ workers: 1 });
    const growing = numbers(10);
    doing((item) => {
      if (item === 5) growing.push(10, 11, 12);
      return item;
    });
    expect(await map(growing, here, { on: pool })).toEqual(numbers(13));

    const shrinking = numbers(10);
    doing((item) => {
      if (item === 5) shrinking.length = 7;
      return item;
    });
    expect(await map(shrinking, here, { on: pool })).toEqual(numbers(7));
  });

  test('cannot end the process, not even when they swallow what stops them', async () => {
    await using pool = threads({ workers: 1 });
    doing((item) => {
      if (item !== 30) return item;
      try {
        process.exit(3);
      } catch {
        return 'swallowed';
      }
    });
    await expect(map(numbers(60), here, { on: pool })).rejects.toMatchObject({
      code: 'E_WORKER_DIED',
    });
  });

  test('give bare values where they were marked to be moved', async () => {
    await using pool = threads({ workers: 1 });
    doing((item) => {
      const bytes = new Uint8Array([item]);
      return item % 2 === 0 ? bytes : transfer(bytes, [bytes.buffer]);
    });
    const values = await map(numbers(100), here, { on: pool });
    expect(values).toEqual(numbers(100).map((item) => new Uint8Array([item])));
  });

  test('fail all alike when the task cannot be loaded', async () => {
    await using pool = threads({ workers: 1 });
    const missing = moduleTask<number, unknown>(new URL('./no-such-file.js', import.meta.url), 'x');
    await expect(map(numbers(5), missing, { on: pool })).rejects.toMatchObject({
      code: 'E_TASK_LOAD',
    });
    expect(await batchMap(numbers(5), missing, { on: pool })).toEqual([]);
  });

  test('may run other items on the same pool', async () => {
    await using pool = threads({ workers: 1 });
    const inner = async (item: number): Promise<number> => {
      const values = await map(numbers(item), here, { on: pool });
      return values.length;
    };
    doing((item, { index }) => (index === 0 && item === 7 ? inner(3) : item));
    expect(await map([7, 1, 2], here, { on: pool })).toEqual([3, 1, 2]);
  });

  test('are not run by a pool that their task has closed', async () => {
    const pool = threads({ workers: 1 });
    let closing: Promise<void> | undefined;
    const begun = doing((item) => {
      if (item === 700) closing = pool.close();
      return item;
    });
    await expect(map(numbers(5_000), here, { on: pool })).rejects.toMatchObject({
      code: 'E_POOL_CLOSED',
    });
    await closing;
    expect(begun).toHaveLength(701);
  });
});

describe('whatever tasks do', () => {
  const ways = ['value', 'throw', 'promise', 'reject', 'later'] as const;

  function act(way: (typeof ways)[number], item: number): unknown {
    if (way === 'value') return item;
    if (way === 'throw') throw new Error(String(item));
    if (way === 'promise') return Promise.resolve(item);
    if (way === 'reject') return Promise.reject(new Error(String(item)));
    return new Promise((resolve) => setImmediate(resolve, item));
  }

  test('a run gives the same as a loop, with every verb', async () => {
    await using pool = threads({ workers: 1 });
    const many = fc.array(fc.constantFrom(...ways), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(many, async (plan) => {
        doing((item) => act(plan[item] as (typeof ways)[number], item));
        const items = plan.map((_, index) => index);
        const fails = (item: number): boolean => ['throw', 'reject'].includes(plan[item] ?? '');
        const good = items.filter((item) => !fails(item));
        const options = { on: pool };
        expect(await batchMap(items, here, options)).toEqual(good);
        const outcomes = await runParallel(items, here, options);
        expect(outcomes.map(({ ok }) => ok)).toEqual(items.map((item) => !fails(item)));
        const first = items.find(fails);
        const whole = map(items, here, options);
        if (first === undefined) expect(await whole).toEqual(items);
        else await expect(whole).rejects.toThrow(new Error(String(first)));
      }),
      { numRuns: 60 },
    );
  });
});
