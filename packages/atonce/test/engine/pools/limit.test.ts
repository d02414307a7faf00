import { describe, expect, test } from 'vitest';
import { adaptiveLimit } from '../../../src/engine/limits/adaptive/adaptive-limit.ts';
import { aimdLaw } from '../../../src/engine/limits/adaptive/laws/aimd.ts';
import { map } from '../../../src/engine/map.ts';
import { createPools, type PoolSizes } from '../../../src/engine/pools/create-pools.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';
import { limitContract } from '../../../src/testing/limit-contract.ts';
import { countingLimit } from '../support/counting-limit.ts';
import { deferred, range, turn, turns } from '../support/turn.ts';
import '../support/unhandled.ts';

describe.each<[string, () => PoolSizes]>([
  ['of 1', () => ({ api: 1 })],
  ['of 3', () => ({ api: 3 })],
  ['of 1,000', () => ({ api: 1_000 })],
  ['of 10 under a total of 4', () => ({ api: 10, total: 4 })],
  ['with an adaptive limit', () => ({ api: adaptiveLimit({ max: 20, law: aimdLaw() }) })],
])('a pool %s is a limit', (_, sizes) => {
  const makeLimit = (): ReturnType<ReturnType<typeof createPools>['limit']> =>
    createPools(sizes()).limit('api');
  for (const { name, run } of limitContract(makeLimit)) test(name, run);
});

test('runs and calls share the slots and take turns', async () => {
  const pools = createPools({ api: 2 });
  let running = 0;
  let most = 0;
  const order: string[] = [];
  const task = (name: string) => async (): Promise<void> => {
    order.push(name);
    most = Math.max(most, ++running);
    await turns(2);
    running--;
  };
  await Promise.all([
    map(range(10), task('run'), { concurrency: pools.limit('api') }),
    ...range(10).map(() => pools.run('api', task('call'))),
  ]);
  expect(most).toBe(2);
  expect(new Set(order.slice(0, 8))).toEqual(new Set(['run', 'call']));
});

test('a limit given as size is told how each call ended and how long it took', async () => {
  const clock = fakeClock();
  const limit = countingLimit(3);
  const pools = createPools({ api: limit }, { clock });
  const after = (ms: number, end: () => unknown) => (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      clock.after(ms, () => {
        try {
          resolve(end());
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  const throwing = (error: unknown) => (): never => {
    throw error;
  };
  const calls = Promise.allSettled([
    pools.run(
      'api',
      after(10, () => 1),
    ),
    pools.run('api', after(20, throwing(new Error('own')))),
    pools.run('api', after(30, throwing({ status: 429 }))),
    pools.run('api', after(5, throwing({ statusCode: 503 }))),
    pools.run(
      'api',
      after(90, () => 1),
      { timeoutMs: 50 },
    ),
  ]);
  await clock.advance(1_000);
  await calls;
  expect(limit.released).toEqual([
    ['success', 10],
    ['overload', 5],
    ['ignore', 20],
    ['overload', 30],
    ['overload', 50],
  ]);
  expect(limit.inFlight).toBe(0);
});

test('a pool whose limit is held by others goes on when they give a slot back', async () => {
  const limit = countingLimit(1);
  const pools = createPools({ api: limit });
  limit.tryAcquire();
  const call = pools.run('api', () => 'value');
  await turn();
  expect(pools.stats.api).toMatchObject({ inFlight: 0, queued: 1 });
  limit.release('success', 1);
  expect(await call).toBe('value');
});

test('a call takes a free slot while its pool has grown', async () => {
  const limit = adaptiveLimit({ min: 1, initial: 1, max: 4, law: aimdLaw() });
  const pools = createPools({ api: limit });
  const gate = deferred();
  await pools.run('api', () => 1);
  await pools.run('api', () => 1);
  const calls = range(3).map(() => pools.run('api', () => gate.promise));
  await turns(2);
  expect(pools.stats.api).toMatchObject({ concurrency: 3, inFlight: 3, queued: 0 });
  gate.resolve();
  await Promise.all(calls);
});

test('what a law throws goes where uncaught errors go, and harms no call', async () => {
  const error = new Error('law broke');
  const caught: unknown[] = [];
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (uncaught) => caught.push(uncaught));
  const observe = (): never => {
    throw error;
  };
  const api = adaptiveLimit({ initial: 1, law: { name: 'broken', start: () => ({ observe }) } });
  const pools = createPools({ api });
  const calls = await Promise.allSettled([
    pools.run('api', () => 'at once'),
    pools.run('api', () => turn().then(() => 'later')),
    pools.run('api', () => deferred().promise, { timeoutMs: 1 }),
    pools.run('api', () => 'behind them'),
  ]);
  await turn();
  process.removeAllListeners('uncaughtException');
  for (const listener of before) process.on('uncaughtException', listener);
  expect(
    calls.map((call) => (call.status === 'fulfilled' ? call.value : call.reason.code)),
  ).toEqual(['at once', 'later', 'E_TIMEOUT', 'behind them']);
  expect(caught).toEqual([error, error, error, error]);
  expect(pools.stats.api).toMatchObject({ inFlight: 0, succeeded: 3, failed: 1 });
});
