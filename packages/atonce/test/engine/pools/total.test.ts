import { describe, expect, test } from 'vitest';
import { map } from '../../../src/engine/map.ts';
import { createPools } from '../../../src/engine/pools/create-pools.ts';
import { deferred, range, turn, turns } from '../support/turn.ts';
import '../support/unhandled.ts';

test.each([1, 2, 5])('all pools together keep to a total of %i', async (total) => {
  const pools = createPools({ a: 4, b: 4, c: 1, total });
  let running = 0;
  let most = 0;
  const task = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await turns(2);
    running--;
  };
  const names = ['a', 'b', 'c'] as const;
  await Promise.all(range(60).map((n) => pools.run(names[n % 3] as 'a', task)));
  expect(most).toBe(total);
  expect(names.map((name) => pools.stats[name].inFlight)).toEqual([0, 0, 0]);
});

test('pools take turns under the total, however long their queues are', async () => {
  const pools = createPools({ a: 8, b: 8, total: 1 });
  const order: string[] = [];
  const call = (name: 'a' | 'b') => (): Promise<void> =>
    pools.run(name, async () => {
      order.push(name);
      await turn();
    });
  await Promise.all([...range(20).map(call('a')), ...range(5).map(call('b'))]);
  // The first started before anything else was there.
  expect(order.slice(1, 11).filter((name) => name === 'b')).toHaveLength(5);
});

test('a run on a pool counts towards the total', async () => {
  const pools = createPools({ a: 8, b: 8, total: 3 });
  let running = 0;
  let most = 0;
  const task = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await turn();
    running--;
  };
  await Promise.all([
    map(range(20), task, { concurrency: pools.limit('a') }),
    ...range(20).map(() => pools.run('b', task)),
  ]);
  expect(most).toBe(3);
  expect(pools.stats.a).toMatchObject({ inFlight: 0, queued: 0 });
});

describe.each([1, 2])('under a total of %i', (total) => {
  test('calls nested in other pools come to their end', async () => {
    const pools = createPools({ a: 2, b: 2, total });
    const inner = (): Promise<string> => turn().then(() => 'value');
    const middle = (): Promise<string> => turn().then(() => pools.run('a', inner));
    const outer = (): Promise<string> => turn().then(() => pools.run('b', middle));
    const values = await Promise.all(range(10).map(() => pools.run('a', outer)));
    expect(values).toEqual(range(10).map(() => 'value'));
    expect([pools.stats.a.inFlight, pools.stats.b.inFlight]).toEqual([0, 0]);
  });

  test('nested runs come to their end', async () => {
    const pools = createPools({ a: 2, b: 2, total });
    const task = (): Promise<number[]> =>
      map(range(4), (n) => turn().then(() => n), { concurrency: pools.limit('b') });
    const values = await Promise.all(range(6).map(() => pools.run('a', task)));
    expect(values).toEqual(range(6).map(() => range(4)));
  });
});

test('a slot that a pool gives back is taken by another that waits', async () => {
  const pools = createPools({ a: 1, b: 1, total: 1 });
  const gate = deferred();
  const first = pools.run('a', () => gate.promise);
  const second = pools.run('b', () => 'b');
  await turns(3);
  expect(pools.stats.b).toMatchObject({ inFlight: 0, queued: 1 });
  gate.resolve();
  await first;
  expect(await second).toBe('b');
});

test('a run that waits inside a task comes to its end though the pools are closed', async () => {
  const pools = createPools({ a: 1, b: 1, total: 1 });
  const onB = (): Promise<number[]> =>
    map([1, 2], (n) => turn().then(() => n), { concurrency: pools.limit('b') });
  const outer = pools.run('a', async () => {
    await turn();
    return Promise.all([onB(), onB()]);
  });
  await turns(2);
  const closed = pools.close();
  const end = await Promise.race([outer, turns(200).then(() => 'still waiting')]);
  expect(end).toEqual([
    [1, 2],
    [1, 2],
  ]);
  await closed;
});
