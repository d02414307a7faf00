import { describe, expect, test } from 'vitest';
import type { Cache } from '../../../src/engine/cache/cache.ts';
import type { CacheEvent } from '../../../src/engine/cache/cache-event.ts';
import type { CacheOptions } from '../../../src/engine/cache/cache-options.ts';
import type { CacheStore, StoredEntry } from '../../../src/engine/cache/cache-store.ts';
import { createCache } from '../../../src/engine/cache/create-cache.ts';
import { memoryCacheStore } from '../../../src/engine/cache/memory-cache-store.ts';
import { isAtonceError } from '../../../src/kernel/errors.ts';
import { fakeClock, type FakeClock } from '../../../src/testing/fake-clock.ts';
import { deferred, isSettled, never, turn } from '../support/turn.ts';
import '../support/unhandled.ts';
import { gatedStore, storeWith } from './support/faulty-store.ts';

interface Setup {
  readonly clock: FakeClock;
  readonly events: CacheEvent[];
  /** Another cache on the same store, as in another process. */
  cacheOn(store: CacheStore, options?: CacheOptions): Cache;
}

function setUp(): Setup {
  const clock = fakeClock();
  const events: CacheEvent[] = [];
  return {
    clock,
    events,
    cacheOn: (store, options = {}) =>
      createCache({
        ttlMs: 100,
        jitter: 0,
        earlyRefresh: 0,
        clock,
        store,
        onEvent: (event) => events.push(event),
        ...options,
      }),
  };
}

const types = (events: readonly CacheEvent[]): string[] => events.map(({ type }) => type);

describe('what a cache has computed', () => {
  test('is given by another cache on the same store, for the rest of its time', async () => {
    const { clock, cacheOn } = setUp();
    const store = memoryCacheStore();
    const first = cacheOn(store);
    await first.getOrCompute('a', () => ({ n: [1] }));
    await first.settled();
    await clock.advance(60);
    const second = cacheOn(store);
    expect(await second.get('a')).toEqual({ n: [1] });
    const third = cacheOn(store);
    expect(await third.getOrCompute('a', () => 'computed')).toEqual({ n: [1] });
    expect(third.stats()).toMatchObject({ storeHits: 1, computations: 0, hits: 0 });
    expect(await third.getOrCompute('a', () => 'computed')).toEqual({ n: [1] });
    expect(third.stats()).toMatchObject({ hits: 1 });
    await clock.advance(40);
    for (const cache of [second, third, cacheOn(store)])
      expect(await cache.get('a')).toBeUndefined();
    expect(await third.getOrCompute('a', () => 'computed')).toBe('computed');
  });

  test('lives no longer when the wall clock is set back', async () => {
    const { clock, cacheOn } = setUp();
    const store = memoryCacheStore();
    await cacheOn(store).set('a', 1);
    clock.jumpWallClock(-3_600_000);
    const cache = cacheOn(store);
    expect(await cache.get('a')).toBe(1);
    await clock.advance(100);
    expect(await cache.get('a')).toBeUndefined();
  });

  test('may stand in for a failure elsewhere', async () => {
    const { clock, cacheOn } = setUp();
    const store = memoryCacheStore();
    await cacheOn(store).set('a', 1);
    await clock.advance(120);
    const cache = cacheOn(store, { staleWhileErrorMs: 50 });
    const fail = (): never => {
      throw new RangeError('down');
    };
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.getOrCompute('a', fail)).toBe(1);
    await clock.advance(30);
    await expect(cache.getOrCompute('a', fail)).rejects.toThrow('down');
  });

  test('early enough replaces what another cache holds, without a computation there', async () => {
    const { clock, cacheOn } = setUp();
    const store = memoryCacheStore();
    const options: CacheOptions = { earlyRefresh: 1, random: () => 0.999_999 };
    const slow = (value: number) => () =>
      new Promise((resolve) => void clock.after(10, () => resolve(value)));
    const [one, two] = [cacheOn(store, options), cacheOn(store, options)];
    const first = one.getOrCompute('a', slow(1));
    await clock.advance(10);
    await first;
    expect(await two.getOrCompute('a', slow(9))).toBe(1);
    await clock.advance(85);
    expect(await one.getOrCompute('a', slow(2))).toBe(1);
    await clock.advance(10);
    expect(await two.getOrCompute('a', slow(9))).toBe(1);
    await two.settled();
    expect(await two.get('a')).toBe(2);
    expect(two.stats()).toMatchObject({ computations: 0, refreshes: 1, storeHits: 2 });
  });

  test('is neither a failure nor a remembered one', async () => {
    const { cacheOn } = setUp();
    const store = memoryCacheStore();
    const cache = cacheOn(store, { negativeTtlMs: 1_000 });
    await expect(
      cache.getOrCompute('a', () => Promise.reject(new RangeError('no'))),
    ).rejects.toThrow();
    await cache.settled();
    expect(await store.get('a')).toBeUndefined();
  });
});

describe('a value that JSON would change is refused with its place', () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  class Point {
    x = 1;
  }
  test.each<[string, unknown, string]>([
    ['undefined', { a: [undefined] }, '`value.a[0]` is undefined'],
    ['undefined itself', undefined, '`value` is undefined'],
    ['NaN', { n: NaN }, '`value.n` is NaN'],
    ['a Date', [{ at: new Date(0) }], '`value[0].at` is a Date'],
    ['a Map', new Map(), '`value` is a Map'],
    ['a class instance', { p: new Point() }, '`value.p` is a Point'],
    ['a sparse array', { list: Array(2) }, '`value.list` is an array with holes'],
    ['a bigint', { n: 1n }, '`value.n` is a bigint'],
    ['a cycle', cycle, 'a cycle'],
    ['a function', { f: () => 1 }, '`value.f` is a function'],
    ['a field __proto__', JSON.parse('{"a":{"__proto__":{"x":1}}}'), '`value.a.__proto__`'],
  ])('%s', async (_, value, message) => {
    const { cacheOn } = setUp();
    const store = memoryCacheStore();
    const cache = cacheOn(store, { staleWhileErrorMs: 1_000, negativeTtlMs: 1_000 });
    for (const refused of [cache.set('a', value), cache.getOrCompute('a', () => value)]) {
      const [result] = await Promise.allSettled([refused]);
      const { reason } = result as PromiseRejectedResult;
      expect(isAtonceError(reason, 'E_UNSERIALISABLE')).toBe(true);
      expect((reason as Error).message).toContain(message);
    }
    expect(await cache.has('a')).toBe(false);
    expect(await store.get('a')).toBeUndefined();
    expect(cache.stats().inFlight).toBe(0);
    // Without a store any value will do.
    expect(await createCache().getOrCompute('a', () => value)).toBe(value);
  });

  test('and -0 comes back as -0', async () => {
    const { cacheOn } = setUp();
    const store = memoryCacheStore();
    await cacheOn(store).set('a', { zero: -0 });
    expect(Object.is(((await cacheOn(store).get('a')) as { zero: number }).zero, -0)).toBe(true);
  });
});

describe('what a store gives that no cache has written is no value, and told', () => {
  const good: StoredEntry = {
    text: '1',
    startedAt: Date.UTC(2025, 0, 1),
    computeMs: 0,
    expiresAt: Date.UTC(2025, 0, 1) + 50,
    keepUntil: Date.UTC(2025, 0, 1) + 50,
    tags: [],
  };
  test.each<[string, unknown]>([
    ['no JSON', { ...good, text: '{"a":' }],
    ['a field __proto__', { ...good, text: '{"__proto__":{"polluted":1}}' }],
    ['the same in escapes', { ...good, text: '{"\\u005f_proto__":{"polluted":1}}' }],
    ['a time that is none', { ...good, expiresAt: null }],
    ['tags that are none', { ...good, tags: [1] }],
    ['null', null],
    ['a number', 7],
    ['another shape', { value: 1 }],
  ])('%s', async (_, given) => {
    const { cacheOn, events } = setUp();
    const cache = cacheOn(storeWith(() => ({ get: async () => given as never })));
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.getOrCompute('a', () => 'computed')).toBe('computed');
    expect(events[0]).toMatchObject({
      type: 'store-failed',
      operation: 'get',
      key: 'a',
      error: { code: 'E_CACHE_STORE' },
    });
    expect(cache.stats().storeFailures).toBe(2);
  });

  test('and the good one is', async () => {
    const { cacheOn } = setUp();
    const cache = cacheOn(storeWith(() => ({ get: async () => good })));
    expect(await cache.get('a')).toBe(1);
  });
});

describe('a store that fails', () => {
  test('takes nothing down: each failure is told, and values are computed', async () => {
    const { cacheOn, events } = setUp();
    const cache = cacheOn(
      gatedStore(async () => {
        throw new RangeError('no route');
      }),
    );
    expect(await cache.getOrCompute('a', () => 1)).toBe(1);
    await cache.settled();
    await cache.set('b', 2);
    await cache.delete('a');
    await cache.invalidate({ tags: ['x'] });
    expect(await cache.get('b')).toBe(2);
    const told = events.flatMap((event) =>
      event.type === 'store-failed' ? [event.operation] : [],
    );
    expect(told).toEqual(['get', 'set', 'set', 'delete', 'invalidate']);
    expect(types(events).filter((type) => type === 'store-bypassed')).toHaveLength(1);
    await cache.clear();
    expect(await cache.has('b')).toBe(false);
  });

  test('by throwing at once, does the same', async () => {
    const { cacheOn, events } = setUp();
    const broken = (): never => {
      throw new RangeError('at once');
    };
    const store = { get: broken, set: broken, delete: broken, invalidate: broken, clear: broken };
    const cache = cacheOn(store);
    expect(await cache.getOrCompute('a', () => 1)).toBe(1);
    await cache.settled();
    await cache.delete('a');
    expect(types(events)).toEqual(['store-failed', 'computed', 'store-failed', 'store-failed']);
  });

  test('to delete does not bring back what was deleted, here', async () => {
    const { cacheOn } = setUp();
    let down = false;
    const store = gatedStore(async (operation) => {
      if (down && operation !== 'get') throw new RangeError('read only');
    });
    const cache = cacheOn(store);
    await cache.set('key', 'old');
    await cache.set('tagged', 'old', { tags: ['x'] });
    await cache.set('other', 'kept');
    await cache.set('replaced', 'old');
    down = true;
    await cache.delete('key');
    await cache.invalidate({ tags: ['x'] });
    await cache.set('replaced', 'new', { ttlMs: 0 });
    for (const key of ['key', 'tagged', 'replaced']) expect(await cache.get(key)).toBeUndefined();
    down = false;
    expect(await cache.getOrCompute('key', () => 'new')).toBe('new');
    await cache.settled();
    const fresh = cacheOn(store);
    expect(await fresh.get('key')).toBe('new');
    expect(await fresh.get('other')).toBe('kept');
  });

  test('to replace a value does not bring back the one before, when memory has lost the new one', async () => {
    const { cacheOn } = setUp();
    let down = false;
    const store = gatedStore(async (operation) => {
      if (down && operation === 'set') throw new RangeError('full');
    });
    const cache = cacheOn(store, { maxEntries: 1 });
    await cache.set('a', 'old');
    down = true;
    await cache.set('a', 'new');
    await cache.set('b', 1);
    expect(await cache.get('a')).toBeUndefined();
  });
});

describe('a store that hangs', () => {
  test('is waited for once, then left alone, and asked again after its rest', async () => {
    const { clock, cacheOn, events } = setUp();
    let hangs = true;
    let calls = 0;
    const store = gatedStore(async () => {
      calls++;
      if (hangs) await never();
    });
    const cache = cacheOn(store, { storeTimeoutMs: 20, storeRestMs: 1_000 });
    const first = cache.getOrCompute('a', () => 1);
    await clock.advance(19);
    expect(await isSettled(first)).toBe(false);
    await clock.advance(1);
    expect(await first).toBe(1);
    expect(events.slice(0, 2)).toMatchObject([
      { type: 'store-failed', operation: 'get', error: { code: 'E_TIMEOUT' } },
      { type: 'store-bypassed', forMs: 1_000 },
    ]);
    expect(await cache.getOrCompute('b', () => 2)).toBe(2);
    await cache.set('c', 3);
    expect(calls).toBe(1);
    hangs = false;
    await clock.advance(999);
    expect(await cache.getOrCompute('d', () => 4)).toBe(4);
    expect(calls).toBe(1);
    await clock.advance(1);
    expect(await cache.getOrCompute('e', () => 5)).toBe(5);
    expect(types(events)).toContain('store-restored');
    await cache.settled();
    expect(await cacheOn(store).get('e')).toBe(5);
    expect(clock.pending).toBe(0);
  });

  test('in one write gets the next change of that key only when it has settled, and others at once', async () => {
    const { clock, cacheOn } = setUp();
    const sound = memoryCacheStore();
    const asked: string[] = [];
    let letGo = (): void => undefined;
    const store: CacheStore = {
      ...gatedStore(async () => undefined),
      get: (key) => sound.get(key),
      set: async (key, entry) => {
        asked.push(key);
        if (asked.length === 1) await new Promise<void>((resolve) => (letGo = resolve));
        await sound.set(key, entry);
      },
    };
    const cache = cacheOn(store, { storeTimeoutMs: 20, storeRestMs: 1 });
    void cache.set('a', 1);
    await clock.advance(30);
    void cache.set('a', 2);
    await clock.advance(30);
    void cache.set('b', 3);
    await clock.advance(30);
    expect(asked).toEqual(['a', 'b']);
    expect(await cache.get('a')).toBe(2);
    letGo();
    await clock.advance(30);
    expect(asked).toEqual(['a', 'b', 'a']);
    expect(await sound.get('a')).toMatchObject({ text: '2' });
  });

  test('is asked by one call only when the rest is over', async () => {
    const { clock, cacheOn } = setUp();
    let calls = 0;
    const store = gatedStore(() => {
      calls++;
      return never();
    });
    const cache = cacheOn(store, { storeTimeoutMs: 20, storeRestMs: 100 });
    const gets = ['a', 'b'].map((key) => cache.getOrCompute(key, () => 1));
    await clock.advance(20);
    await Promise.all(gets);
    expect(calls).toBe(2);
    await clock.advance(100);
    const more = ['c', 'd', 'e'].map((key) => cache.getOrCompute(key, () => 1));
    await turn();
    expect(calls).toBe(3);
    await clock.advance(20);
    await Promise.all(more);
  });

  test('during a read lets an invalidation count all the same', async () => {
    const { cacheOn } = setUp();
    const [reading, entered] = [deferred(), deferred()];
    let slow = false;
    const store = gatedStore(
      async () => {},
      async () => {
        if (!slow) return;
        entered.resolve();
        await reading.promise;
      },
    );
    await cacheOn(store).set('a', 'old', { tags: ['x'] });
    slow = true;
    const cache = cacheOn(store, { storeTimeoutMs: 10_000 });
    const [got, computed] = [cache.get('a'), cache.getOrCompute('a', () => 'new')];
    await entered.promise;
    // Confirmed by the store before the reads, which hold the old value, have ended.
    await cache.invalidate({ tags: ['x'] });
    reading.resolve();
    expect(await got).toBeUndefined();
    expect(await computed).toBe('new');
    expect(await cache.get('a')).toBe('new');
  });

  test('during a delete lets it count at once', async () => {
    const { cacheOn } = setUp();
    const deleting = deferred();
    let slow = false;
    const store = gatedStore(async (operation) => {
      if (slow && operation === 'delete') await deleting.promise;
    });
    await cacheOn(store).set('a', 'old');
    slow = true;
    const cache = cacheOn(store, { storeTimeoutMs: 10_000 });
    const deleted = cache.delete('a');
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.getOrCompute('a', () => 'new')).toBe('new');
    deleting.resolve();
    await deleted;
    await cache.settled();
    expect(await cacheOn(store).get('a')).toBe('new');
  });

  test('with a write does not let it undo a later one', async () => {
    const { clock, cacheOn } = setUp();
    const ends = [deferred(), deferred()];
    let sets = 0;
    const store = gatedStore(async (operation) => {
      if (operation === 'set') await ends[sets++]?.promise;
    });
    const cache = cacheOn(store, { storeTimeoutMs: 20, storeRestMs: 0 });
    await cache.getOrCompute('a', () => 'first');
    const second = cache.set('a', 'second');
    ends[1]?.resolve();
    await clock.advance(20);
    await second;
    ends[0]?.resolve();
    await turn();
    expect(await cacheOn(store).get('a')).toBe('second');
  });
});

test('a computation in one cache that another one invalidates meanwhile leaves nothing in the store', async () => {
  const { cacheOn } = setUp();
  for (const act of [
    (cache: Cache) => cache.delete('a'),
    (cache: Cache) => cache.invalidate({ tags: ['x'] }),
    (cache: Cache) => cache.clear(),
  ]) {
    const store = memoryCacheStore();
    const [one, two] = [cacheOn(store), cacheOn(store)];
    const end = deferred<string>();
    const computing = one.getOrCompute('a', () => end.promise, { tags: ['x'] });
    await turn();
    await act(two);
    end.resolve('old');
    await computing;
    await one.settled();
    expect(await two.get('a')).toBeUndefined();
    expect(await two.getOrCompute('a', () => 'new')).toBe('new');
  }
});

test('a store in which nothing is pending leaves no timer behind', async () => {
  const { clock, cacheOn } = setUp();
  const cache = cacheOn(memoryCacheStore());
  await cache.getOrCompute('a', () => 1);
  await cache.settled();
  await cache.invalidate({ keys: ['a'], tags: ['x'] });
  expect(clock.pending).toBe(0);
});

test('a value that is set is not replaced by a computation that another cache began before', async () => {
  const { cacheOn } = setUp();
  const store = memoryCacheStore();
  const [one, two] = [cacheOn(store), cacheOn(store)];
  const end = deferred<string>();
  const computing = one.getOrCompute('a', () => end.promise);
  await turn();
  await two.set('a', 'set');
  end.resolve('old');
  await computing;
  await one.settled();
  expect(await cacheOn(store).get('a')).not.toBe('old');
});

test('who asks during a read that an invalidation has overtaken shares one computation', async () => {
  const { cacheOn } = setUp();
  const reading = deferred();
  const store = gatedStore(async (operation) => {
    if (operation === 'get') await reading.promise;
  });
  const cache = cacheOn(store, { storeTimeoutMs: 10_000 });
  let computations = 0;
  const compute = async (): Promise<number> => {
    await turn();
    return ++computations;
  };
  const controller = new AbortController();
  const { signal } = controller;
  const [before, leaving] = [
    cache.getOrCompute('a', compute),
    cache.getOrCompute('a', compute, { signal }),
  ];
  await cache.delete('a');
  const after = cache.getOrCompute('a', compute);
  await cache.delete('b');
  reading.resolve();
  controller.abort('gone');
  await expect(leaving).rejects.toBe('gone');
  expect(await Promise.all([before, after])).toEqual([1, 1]);
  expect(await cache.get('a')).toBe(1);
});
