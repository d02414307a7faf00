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
