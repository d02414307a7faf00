import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { map } from '../../../src/engine/map.ts';
import { createPools } from '../../../src/engine/pools/create-pools.ts';
import { range, turn, turns } from '../support/turn.ts';
import '../support/unhandled.ts';

describe.each([1, 2, 3])('calls nested in a task of their own pool of %i', (size) => {
  const ways: Record<string, () => Promise<void>> = {
    'made at once': async () => undefined,
    'made after a turn of the event loop': turn,
    'made some turns later': () => turns(4),
    'made a microtask later': async () => {
      await null;
    },
  };

  test.each(Object.entries(ways))('come to their end when %s', async (_, wait) => {
    const pools = createPools({ db: size });
    const task = async (): Promise<number[]> => {
      await wait();
      return Promise.all(range(3).map((n) => pools.run('db', () => turn().then(() => n))));
    };
    const values = await Promise.all(range(9).map(() => pools.run('db', task)));
    expect(values).toEqual(range(9).map(() => range(3)));
    expect(pools.stats.db).toMatchObject({ inFlight: 0, queued: 0, succeeded: 36 });
  });

  test('come to their end five levels deep', async () => {
    const pools = createPools({ db: size });
    const nested = async (depth: number): Promise<number> =>
      depth === 0 ? 1 : (await pools.run('db', () => turn().then(() => nested(depth - 1)))) + 1;
    expect(await Promise.all(range(6).map(() => nested(5)))).toEqual(range(6).map(() => 6));
    expect(pools.stats.db.inFlight).toBe(0);
  });

  test('come to their end by way of another pool', async () => {
    const pools = createPools({ db: size, api: size });
    const there = (): Promise<string> => pools.run('api', back);
    const back = (): Promise<string> => pools.run('db', async () => 'value');
    const values = await Promise.all(range(9).map(() => pools.run('db', there)));
    expect(values).toEqual(range(9).map(() => 'value'));
  });

  test('come to their end in a run on the pool, and the other way round', async () => {
    const pools = createPools({ db: size });
    const concurrency = pools.limit('db');
    const inRun = map(range(5), (n) => pools.run('db', () => turn().then(() => n)), {
      concurrency,
    });
    expect(await inRun).toEqual(range(5));
    const inCall = pools.run('db', () =>
      map(range(5), (n) => turn().then(() => n), { concurrency }),
    );
    expect(await inCall).toEqual(range(5));
    expect(pools.stats.db).toMatchObject({ inFlight: 0, queued: 0 });
  });

  test('come to their end when they fail, are aborted or time out', async () => {
    const pools = createPools({ db: size });
    const controller = new AbortController();
    const { signal } = controller;
    const hang = (): Promise<never> => new Promise(() => undefined);
    const task = (): Promise<unknown> =>
      turn().then(() =>
        Promise.allSettled([
          pools.run('db', () => Promise.reject(new Error('no'))),
          pools.run('db', hang, { timeoutMs: 5 }),
          pools.run('db', hang, { signal }),
        ]),
      );
    setTimeout(() => controller.abort(), 30);
    await Promise.all(range(4).map(() => pools.run('db', task)));
    expect(pools.stats.db).toMatchObject({ inFlight: 0, queued: 0 });
  });
});

test('a nested call uses the slot of its task while that waits', async () => {
  const pools = createPools({ db: 1 });
  const inner = (): number => pools.stats.db.inFlight;
  expect(await pools.run('db', () => turn().then(() => pools.run('db', inner)))).toBe(1);
});

test('a nested call that still waits when it is aborted leaves nothing behind', async () => {
  const pools = createPools({ db: 1 });
  const reason = new Error('stop');
  const controller = new AbortController();
  const outer = pools.run('db', async () => {
    await turn();
    const first = pools.run('db', () => turns(3));
    const waiting = pools.run('db', () => 1, { signal: controller.signal });
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await first;
  });
  await outer;
  expect(pools.stats.db).toMatchObject({ inFlight: 0, queued: 0, cancelled: 1 });
});

describe.each<[string, () => Promise<void>]>([
  ['made at once', async () => undefined],
  ['made a microtask later', async () => void (await null)],
  ['made after a turn of the event loop', turn],
])('calls by way of another pool and back, %s', (_, wait) => {
  test.each([
    [2, 1],
    [3, 1],
    [3, 2],
    [2, 3],
  ])('come to their end in pools of %i and %i', async (there, back) => {
    const pools = createPools({ a: there, b: back });
    const inner = (): Promise<string> => turn().then(() => pools.run('a', async () => 'value'));
    const outer = (): Promise<string> => wait().then(() => pools.run('b', inner));
    const values = await Promise.all(range(12).map(() => pools.run('a', outer)));
    expect(values).toEqual(range(12).map(() => 'value'));
    expect(pools.stats.a).toMatchObject({ inFlight: 0, queued: 0 });
  });
});

test('a call that made another at once in the first turn lends its slot like any other', async () => {
  const pools = createPools({ a: 2, b: 1 });
  const inner = (): Promise<string> => turn().then(() => pools.run('a', async () => 'value'));
  const values = await Promise.all(range(6).map(() => pools.run('a', () => pools.run('b', inner))));
  expect(values).toEqual(range(6).map(() => 'value'));
});

test('who is started when a slot comes free does not borrow from the task that freed it', async () => {
  const pools = createPools({ a: 1, b: 1 });
  await pools.run('a', turn);
  let active = false;
  const holder = pools.run('a', async () => {
    active = true;
    await pools.run('b', () => turns(2));
    await turns(10);
    active = false;
  });
  const other = pools.run('b', () => pools.run('a', () => active));
  expect(await other).toBe(false);
  await holder;
});

describe.each([1, 2, 3])('pools of %i that call each other', (size) => {
  const sizes = { a: size, b: size, c: size };

  test('come to their end, whichever is asked first', async () => {
    const pools = createPools(sizes);
    const by = (first: 'a' | 'b', second: 'a' | 'b'): Promise<number> =>
      pools.run(first, () => turn().then(() => pools.run(second, () => turn().then(() => 1))));
    const calls = range(8).flatMap(() => [by('a', 'b'), by('b', 'a')]);
    expect(await Promise.all(calls)).toEqual(range(16).map(() => 1));
    expect(pools.stats).toMatchObject({ a: { inFlight: 0, queued: 0 }, b: { inFlight: 0 } });
  });

  test('come to their end in a circle of three', async () => {
    const pools = createPools(sizes);
    const circle = ['a', 'b', 'c'] as const;
    const from = (start: number, depth: number): Promise<number> =>
      pools.run(circle[start % 3] as 'a', async () => {
        await turn();
        return depth === 0 ? 1 : from(start + 1, depth - 1);
      });
    const values = await Promise.all(range(12).map((start) => from(start, 5)));
    expect(values).toEqual(range(12).map(() => 1));
  });

  test('come to their end when calls that wait for each other are aborted', async () => {
    const pools = createPools(sizes);
    const controller = new AbortController();
    const { signal } = controller;
    const never = (): Promise<never> => new Promise(() => undefined);
    const by = (first: 'a' | 'b', second: 'a' | 'b'): Promise<unknown> =>
      pools.run(first, () => turn().then(() => pools.run(second, never, { signal })));
    const calls = range(6).flatMap(() => [by('a', 'b'), by('b', 'a')]);
    await turns(5);
    controller.abort(new Error('enough'));
    const ends = await Promise.allSettled(calls);
    expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
    expect(pools.stats).toMatchObject({ a: { inFlight: 0, queued: 0 }, b: { inFlight: 0 } });
    expect(await pools.run('a', () => pools.run('b', () => 'value'))).toBe('value');
  });

  test('are closed while calls wait for each other', async () => {
    const pools = createPools(sizes);
    const by = (first: 'a' | 'b', second: 'a' | 'b'): Promise<unknown> =>
      pools.run(first, () => turn().then(() => pools.run(second, () => turns(3))));
    const calls = range(6).flatMap(() => [by('a', 'b'), by('b', 'a')]);
    const settled = Promise.allSettled(calls);
    await turn();
    await pools.close();
    await settled;
    expect(pools.stats).toMatchObject({ a: { inFlight: 0, queued: 0 }, b: { inFlight: 0 } });
  });
});

describe('a slot that was lent by a task', () => {
  /** Runs calls that tell how many of them are in the pool at once. */
  function gauged(): { readonly most: () => number; readonly work: () => Promise<void> } {
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await turns(6);
      running--;
    };
    return { most: () => most, work };
  }

  test('is not given to another when that task is given up before the borrower has ended', async () => {
    const pools = createPools({ a: 1, b: 1, c: 1 });
    const { most, work } = gauged();
    const stopper = new AbortController();
    const full = pools.run('c', () => turns(40));
    // Holds `b` and waits for `c`, until it is given up.
    const holder = pools.run('b', ({ signal }) => pools.run('c', () => 1, { signal }), {
      signal: stopper.signal,
    });
    await turns(2);
    // Holds `a` and calls `b`, so that it is lent the slot of the one that waits.
    const borrower = pools.run('a', () => turn().then(() => pools.run('b', work)));
    await turns(3);
    const next = pools.run('b', work);
    stopper.abort(new Error('given up'));
    await expect(holder).rejects.toThrow('given up');
    await Promise.all([borrower, next, full]);
    expect(most()).toBe(1);
    await pools.drain();
    expect(pools.stats.b).toMatchObject({ inFlight: 0, queued: 0 });
  });

  test('is not given to another when that task does not wait for the call it has made', async () => {
    const pools = createPools({ b: 1 });
    const { most, work } = gauged();
    await pools.run('b', () => turn());
    const left = await pools.run('b', async () => {
      await turn();
      return { call: pools.run('b', work) };
    });
    const next = pools.run('b', work);
    await Promise.all([left.call, next]);
    expect(most()).toBe(1);
    expect(pools.stats.b).toMatchObject({ inFlight: 0, queued: 0 });
  });
});

/** A call of a pool, and the calls that its task makes, all together or one after the other. */
interface Tree {
  readonly pool: 'a' | 'b' | 'c';
  readonly waits: boolean;
  readonly together: boolean;
  readonly calls: readonly Tree[];
}

const tree: fc.Memo<Tree> = fc.memo((depth) =>
  fc.record({
    pool: fc.constantFrom('a', 'b', 'c'),
    waits: fc.boolean(),
    together: fc.boolean(),
    calls: depth <= 1 ? fc.constant([]) : fc.array(tree(), { maxLength: 3 }),
  }),
);

const sum = (values: readonly number[]): number => values.reduce((one, other) => one + other, 1);

const sizeOf = ({ calls }: Tree): number => sum(calls.map(sizeOf));

test('whatever pools call whatever pools, all come to their end', async () => {
  const small = fc.integer({ min: 1, max: 3 });
  const total = fc.constantFrom(undefined, 1, 4);
  const sizes = fc.record({ a: small, b: small, c: small, total });
  await fc.assert(
    fc.asyncProperty(sizes, fc.array(tree(4), { maxLength: 12 }), async (given, trees) => {
      const pools = createPools(given);
      const run = ({ pool, waits, together, calls }: Tree): Promise<number> =>
        pools.run(pool, async () => {
          if (waits) await turn();
          if (together) return sum(await Promise.all(calls.map(run)));
          const values: number[] = [];
          for (const call of calls) values.push(await run(call));
          return sum(values);
        });
      const all = Promise.all(trees.map(run));
      // A deadlock is told by the trees that lead to it rather than by a test that hangs.
      const sums = await Promise.race([all, turns(3_000).then(() => 'a deadlock')]);
      expect(sums).toEqual(trees.map(sizeOf));
      for (const name of ['a', 'b', 'c'] as const)
        expect(pools.stats[name]).toMatchObject({ inFlight: 0, queued: 0 });
    }),
    { numRuns: 300 },
  );
});
