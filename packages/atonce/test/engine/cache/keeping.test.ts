import { describe, expect, test } from 'vitest';
import type { Cache } from '../../../src/engine/cache/cache.ts';
import type { CacheEvent } from '../../../src/engine/cache/cache-event.ts';
import type { CacheOptions } from '../../../src/engine/cache/cache-options.ts';
import { createCache } from '../../../src/engine/cache/create-cache.ts';
import { seededRandom } from '../../../src/kernel/random.ts';
import { fakeClock, type FakeClock } from '../../../src/testing/fake-clock.ts';
import { deferred, range, turn } from '../support/turn.ts';
import '../support/unhandled.ts';

interface Setup<V> {
  readonly clock: FakeClock;
  readonly cache: Cache<V>;
  readonly events: CacheEvent[];
}

/** A cache whose values live exactly 100 ms. */
function setUp<V>(options: CacheOptions<V> = {}): Setup<V> {
  const clock = fakeClock();
  const events: CacheEvent[] = [];
  const cache = createCache<V>({
    ttlMs: 100,
    jitter: 0,
    earlyRefresh: 0,
    clock,
    onEvent: (event) => events.push(event),
    ...options,
  });
  return { clock, cache, events };
}

const fail = async (): Promise<never> => {
  throw new RangeError('down');
};

describe('time to live', () => {
  test('a value is given until its time is over, however often it is used', async () => {
    const { clock, cache } = setUp<number>();
    await cache.set('a', 1);
    await clock.advance(60);
    expect(await cache.get('a')).toBe(1);
    await clock.advance(39);
    expect(await cache.getOrCompute('a', () => 2)).toBe(1);
    await clock.advance(1);
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.has('a')).toBe(false);
    expect(await cache.getOrCompute('a', () => 2)).toBe(2);
  });

  test('a jump of the wall clock makes nothing older or younger', async () => {
    const { clock, cache } = setUp<number>();
    await cache.set('a', 1);
    clock.jumpWallClock(86_400_000);
    expect(await cache.get('a')).toBe(1);
    clock.jumpWallClock(-2 * 86_400_000);
    await clock.advance(100);
    expect(await cache.get('a')).toBeUndefined();
  });

  test('jitter only shortens it, by no more than its share, and not alike for all', async () => {
    const { clock, cache } = setUp<number>({ jitter: 0.3, random: seededRandom(5) });
    for (const n of range(200)) await cache.set(`${n}`, n);
    const left = async (): Promise<number> => {
      const values = await Promise.all(range(200).map((n) => cache.has(`${n}`)));
      return values.filter(Boolean).length;
    };
    await clock.advance(69);
    expect(await left()).toBe(200);
    await clock.advance(16);
    expect(await left()).toBeGreaterThan(60);
    expect(await left()).toBeLessThan(140);
    await clock.advance(15);
    expect(await left()).toBe(0);
  });

  test('is told per call, or by the value', async () => {
    const { clock, cache } = setUp<string | null>();
    await cache.getOrCompute('short', () => 'a', { ttlMs: 10 });
    await cache.getOrCompute('long', () => 'b', { ttlMs: Infinity });
    const ttlMs = (value: string | null): number => (value === null ? 20 : 200);
    await cache.getOrCompute('absent', () => null, { ttlMs });
    await cache.getOrCompute('present', () => 'c', { ttlMs });
    await clock.advance(15);
    expect(await cache.has('short')).toBe(false);
    expect(await cache.has('absent')).toBe(true);
    await clock.advance(15);
    expect(await cache.has('absent')).toBe(false);
    await clock.advance(150);
    expect(await cache.get('present')).toBe('c');
    await clock.advance(1e12);
    expect(await cache.get('long')).toBe('b');
  });

  test('of 0 keeps nothing and still computes once for all who wait', async () => {
    const { cache } = setUp<number>({ ttlMs: 0 });
    let computations = 0;
    const compute = async (): Promise<number> => {
      await turn();
      return ++computations;
    };
    const gets = range(9).map(() => cache.getOrCompute('a', compute));
    expect(new Set(await Promise.all(gets))).toEqual(new Set([1]));
    expect(await cache.getOrCompute('a', compute)).toBe(2);
    expect(cache.stats().entries).toBe(0);
    await cache.set('a', 1, { ttlMs: 50 });
    await cache.set('a', 1, { ttlMs: 0 });
    expect(await cache.has('a')).toBe(false);
  });

  test('a function for it that is wrong fails the call, and nothing is kept', async () => {
    const { cache } = setUp<number>();
    await expect(cache.getOrCompute('a', () => 1, { ttlMs: () => NaN })).rejects.toMatchObject({
      code: 'E_OPTION',
    });
    const broken = new RangeError('no');
    const ttlMs = (): never => {
      throw broken;
    };
    await expect(cache.getOrCompute('a', () => 1, { ttlMs })).rejects.toBe(broken);
    expect(cache.stats()).toMatchObject({ entries: 0, inFlight: 0 });
  });
});

describe('room', () => {
  test('the value whose last use is longest ago makes room', async () => {
    const { cache, events } = setUp<number>({ maxEntries: 3 });
    for (const key of ['a', 'b', 'c']) await cache.set(key, 1);
    await cache.get('a');
    await cache.getOrCompute('b', () => 2);
    await cache.set('d', 1);
    expect(events).toEqual([{ type: 'evicted', key: 'c', reason: 'entries' }]);
    const there = await Promise.all(['a', 'b', 'c', 'd'].map((key) => cache.has(key)));
    expect(there).toEqual([true, true, false, true]);
    expect(cache.stats()).toMatchObject({ entries: 3, evictions: 1 });
  });

  test('sizes are bounded, and a value larger than all room is given and not held', async () => {
    const { cache, events } = setUp<string>({ maxBytes: 10, sizeOf: (value) => value.length });
    await cache.set('a', 'xxxx');
    await cache.set('b', 'xxxx');
    expect(cache.stats().bytes).toBe(8);
    await cache.set('c', 'xxx');
    expect(cache.stats()).toMatchObject({ bytes: 7, entries: 2 });
    expect(await cache.getOrCompute('d', () => 'x'.repeat(11))).toHaveLength(11);
    expect(await cache.has('d')).toBe(false);
    expect(cache.stats().bytes).toBe(7);
    await cache.set('b', 'x');
    expect(cache.stats().bytes).toBe(4);
    await cache.set('b', 'x'.repeat(11));
    expect(await cache.has('b')).toBe(false);
    const evicted = events.filter(({ type }) => type === 'evicted');
    expect(evicted.map((event) => 'key' in event && event.key)).toEqual(['a', 'd', 'b']);
    await cache.clear();
    expect(cache.stats()).toMatchObject({ bytes: 0, entries: 0 });
  });

  test('a hundred thousand keys leave no more than there is room for', async () => {
    const { cache } = setUp<number>({ maxEntries: 100 });
    for (const n of range(100_000)) await cache.set(`${n}`, n, { tags: [`${n % 7}`, `t${n}`] });
    expect(cache.stats()).toMatchObject({ entries: 100, evictions: 99_900 });
    await cache.invalidate({ tags: range(7).map(String) });
    expect(cache.stats().entries).toBe(0);
  });
});

describe('a failure', () => {
  test('is remembered for negativeTtlMs', async () => {
    const { clock, cache } = setUp<number>({ negativeTtlMs: 50 });
    await expect(cache.getOrCompute('a', fail)).rejects.toThrow('down');
    await clock.advance(49);
    await expect(cache.getOrCompute('a', () => 1)).rejects.toThrow('down');
    expect(await cache.get('a')).toBeUndefined();
    expect(cache.stats()).toMatchObject({ negativeHits: 1, computations: 1 });
    await clock.advance(1);
    expect(await cache.getOrCompute('a', () => 1)).toBe(1);
  });

  test('is forgotten with its key', async () => {
    const { cache } = setUp<number>({ negativeTtlMs: 50 });
    await expect(cache.getOrCompute('a', fail)).rejects.toThrow('down');
    await cache.delete('a');
    expect(await cache.getOrCompute('a', () => 1)).toBe(1);
  });

  test('is answered with the expired value for staleWhileErrorMs', async () => {
    const { clock, cache, events } = setUp<number>({ staleWhileErrorMs: 50 });
    await cache.set('a', 1);
    await clock.advance(120);
    expect(await cache.getOrCompute('a', fail)).toBe(1);
    expect(events.at(-1)).toMatchObject({ type: 'stale', key: 'a', expiredForMs: 20 });
    expect(await cache.get('a')).toBeUndefined();
    expect(cache.stats()).toMatchObject({ stale: 1, failures: 1 });
    await clock.advance(30);
    await expect(cache.getOrCompute('a', fail)).rejects.toThrow('down');
  });

  test('is not tried again while it is remembered, and the expired value is given at once', async () => {
    const { clock, cache } = setUp<number>({ staleWhileErrorMs: 500, negativeTtlMs: 50 });
    await cache.set('a', 1);
    await clock.advance(100);
    expect(await cache.getOrCompute('a', fail)).toBe(1);
    expect(await cache.getOrCompute('a', () => 2)).toBe(1);
    expect(cache.stats()).toMatchObject({ computations: 1, stale: 2 });
    await clock.advance(50);
    expect(await cache.getOrCompute('a', () => 2)).toBe(2);
  });

  test('brings back nothing that was invalidated', async () => {
    const { clock, cache } = setUp<number>({ staleWhileErrorMs: 500 });
    await cache.set('a', 1, { tags: ['x'] });
    await clock.advance(100);
    await cache.invalidate({ tags: ['x'] });
    await expect(cache.getOrCompute('a', fail)).rejects.toThrow('down');
  });
});

describe('an invalidation during the computation', () => {
  const ways: [string, (cache: Cache<string>) => Promise<void>][] = [
    ['delete', (cache) => cache.delete('a')],
    ['invalidate by key', (cache) => cache.invalidate({ keys: ['b', 'a'] })],
    ['invalidate by tag', (cache) => cache.invalidate({ tags: ['y', 'x'] })],
    ['clear', (cache) => cache.clear()],
  ];
  test.each(ways)(
    'by %s: nothing of it is kept, and who asks next computes anew',
    async (_, act) => {
      const { cache } = setUp<string>();
      const [old, fresh] = [deferred<string>(), deferred<string>()];
      const before = cache.getOrCompute('a', () => old.promise, { tags: ['x'] });
      await act(cache);
      const after = cache.getOrCompute('a', () => fresh.promise);
      fresh.resolve('new');
      expect(await after).toBe('new');
      old.resolve('old');
      expect(await before).toBe('old');
      expect(await cache.get('a')).toBe('new');
      expect(cache.stats()).toMatchObject({ computations: 2, inFlight: 0, entries: 1 });
    },
  );

  test('by set: the value that was set stays', async () => {
    const { cache } = setUp<string>();
    const old = deferred<string>();
    const before = cache.getOrCompute('a', () => old.promise);
    await cache.set('a', 'set');
    expect(await cache.getOrCompute('a', () => 'other')).toBe('set');
    old.resolve('old');
    expect(await before).toBe('old');
    expect(await cache.get('a')).toBe('set');
  });

  test('a failure of it is not remembered either', async () => {
    const { cache } = setUp<string>({ negativeTtlMs: 50 });
    const old = deferred<string>();
    const before = cache.getOrCompute('a', () => old.promise);
    await cache.delete('a');
    old.reject(new RangeError('old'));
    await expect(before).rejects.toThrow('old');
    expect(await cache.getOrCompute('a', () => 'new')).toBe('new');
  });

  test('of other keys and tags changes nothing', async () => {
    const { cache } = setUp<string>();
    const end = deferred<string>();
    const get = cache.getOrCompute('a', () => end.promise, { tags: ['x'] });
    await cache.invalidate({ keys: ['b'], tags: ['y', 'a'] });
    end.resolve('value');
    expect(await get).toBe('value');
    expect(await cache.get('a')).toBe('value');
  });
});

describe('early refresh', () => {
  const slow = (clock: FakeClock, value: number) => (): Promise<number> =>
    new Promise((resolve) => void clock.after(10, () => resolve(value)));

  test('starts one computation before the expiry and gives the old value meanwhile', async () => {
    // 1 - e^-1: a draw that reaches exactly one computation far.
    const { clock, cache, events } = setUp<number>({
      earlyRefresh: 1,
      random: () => 1 - Math.exp(-1),
    });
    const first = cache.getOrCompute('a', slow(clock, 1));
    await clock.advance(10);
    expect(await first).toBe(1);
    await clock.advance(89);
    expect(await cache.getOrCompute('a', slow(clock, 2))).toBe(1);
    expect(cache.stats().refreshes).toBe(0);
    await clock.advance(2);
    expect(await cache.getOrCompute('a', slow(clock, 2))).toBe(1);
    expect(await cache.getOrCompute('a', slow(clock, 3))).toBe(1);
    expect(cache.stats()).toMatchObject({ refreshes: 1, computations: 2, misses: 1 });
    await clock.advance(10);
    expect(await cache.getOrCompute('a', slow(clock, 4))).toBe(2);
    expect(events.at(-1)).toMatchObject({ type: 'computed', refresh: true, durationMs: 10 });
  });

  test('that fails leaves the old value until it expires, and rejects nowhere', async () => {
    const { clock, cache, events } = setUp<number>({ earlyRefresh: 1, random: () => 0.999_999 });
    const first = cache.getOrCompute('a', slow(clock, 1));
    await clock.advance(10);
    await first;
    await clock.advance(95);
    expect(await cache.getOrCompute('a', fail)).toBe(1);
    await turn();
    expect(events.at(-1)).toMatchObject({ type: 'failed', refresh: true });
    expect(await cache.get('a')).toBe(1);
    await clock.advance(5);
    await expect(cache.getOrCompute('a', fail)).rejects.toThrow('down');
  });

  test('is joined by those who come after the expiry', async () => {
    const { clock, cache } = setUp<number>({ earlyRefresh: 1, random: () => 0.999_999 });
    const first = cache.getOrCompute('a', slow(clock, 1));
    await clock.advance(10);
    await first;
    await clock.advance(99);
    expect(await cache.getOrCompute('a', slow(clock, 2))).toBe(1);
    await clock.advance(1);
    const joined = cache.getOrCompute('a', slow(clock, 3));
    await clock.advance(9);
    expect(await joined).toBe(2);
    expect(cache.stats()).toMatchObject({ computations: 2, joined: 1 });
  });

  test('does not bring back what was invalidated meanwhile', async () => {
    const { clock, cache } = setUp<number>({ earlyRefresh: 1, random: () => 0.999_999 });
    const first = cache.getOrCompute('a', slow(clock, 1), { tags: ['x'] });
    await clock.advance(10);
    await first;
    await clock.advance(99);
    // The call that refreshes forgot the tag; the value it replaces has it.
    expect(await cache.getOrCompute('a', slow(clock, 2))).toBe(1);
    await cache.invalidate({ tags: ['x'] });
    await clock.advance(10);
    expect(await cache.get('a')).toBeUndefined();
  });
});

test('an error of the listener goes where uncaught errors go, and harms no caller', async () => {
  const error = new RangeError('listener');
  const caught: unknown[] = [];
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.once('uncaughtException', (uncaught) => caught.push(uncaught));
  const cache = createCache<number>({
    onEvent: () => {
      throw error;
    },
  });
  expect(await cache.getOrCompute('a', () => 1)).toBe(1);
  await turn();
  for (const listener of before) process.on('uncaughtException', listener);
  expect(caught).toEqual([error]);
  expect(await cache.get('a')).toBe(1);
});

test('what is read of a cache does not change it', async () => {
  const { cache } = setUp<number>();
  const stats = cache.stats();
  await cache.set('a', 1);
  expect(stats.entries).toBe(0);
  expect(Object.keys(cache.stats())).toContain('hits');
});
