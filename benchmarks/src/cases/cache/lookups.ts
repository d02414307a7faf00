import { createCache } from 'atonce';
import type { Prepare } from '../../harness/benchmark.ts';
import { loadPeer } from '../../harness/peers.ts';

/** A value of about 250 bytes as JSON, as an API might give it. */
export interface Value {
  readonly id: number;
  readonly text: string;
}

/** Gets the value of a key from memory, computing it when it is missing. */
export type Lookup = (key: string, compute: () => Promise<Value>) => Promise<Value>;

const KEYS = 1_000;
const TTL_MS = 3_600_000;
const values = Array.from({ length: KEYS }, (_, id) => ({ id, text: 'x'.repeat(230) }));
const keys = values.map(({ id }) => `https://example.org/items/${id}`);

/** Sequential gets of keys that are there, each awaited before the next. */
export function hits(makeLookup: () => Lookup | Promise<Lookup>): Prepare {
  return async ({ items: count }) => {
    const lookup = await makeLookup();
    let computations = 0;
    const computeOf = values.map((value) => async () => {
      computations++;
      return value;
    });
    const pass = async (gets: number): Promise<number> => {
      let sum = 0;
      for (let get = 0; get < gets; get++) {
        const place = (get * 7) % KEYS;
        sum += (await lookup(keys[place] as string, computeOf[place] as () => Promise<Value>)).id;
      }
      return sum;
    };
    await pass(20 * KEYS);
    let sum = 0;
    return {
      run: async () => {
        sum = await pass(count);
        return { figures: { computations } };
      },
      check: () => {
        if (computations !== KEYS) throw new Error(`${computations} computations`);
        let expected = 0;
        for (let get = 0; get < count; get++) expected += (get * 7) % KEYS;
        if (sum !== expected) throw new Error('wrong values');
      },
    };
  };
}

/** Many concurrent gets of one missing key, whose computation takes a moment. */
export function stampede(makeLookup: () => Lookup | Promise<Lookup>): Prepare {
  return async ({ items: gets }) => {
    const lookup = await makeLookup();
    let computations = 0;
    const value = values[0] as Value;
    const compute = async (): Promise<Value> => {
      computations++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return value;
    };
    let given: readonly Value[] = [];
    return {
      run: async () => {
        const asked = Array.from({ length: gets }, () => lookup('missing', compute));
        given = await Promise.all(asked);
        return { figures: { computations } };
      },
      check: () => {
        if (given.length !== gets || given.some(({ id }) => id !== 0)) throw new Error('wrong');
      },
    };
  };
}

export function atonce(): Lookup {
  const cache = createCache<Value>({ ttlMs: TTL_MS, maxEntries: 2 * KEYS });
  return (key, compute) => cache.getOrCompute(key, compute);
}

/** Every feature that costs something on a hit. */
export function atonceEverything(): Lookup {
  const cache = createCache<Value>({
    ttlMs: TTL_MS,
    maxEntries: 2 * KEYS,
    maxBytes: 2 ** 30,
    sizeOf: ({ text }) => text.length,
    staleWhileErrorMs: TTL_MS,
    negativeTtlMs: 1_000,
    onEvent: () => undefined,
  });
  const { signal } = new AbortController();
  const options = { signal, tags: ['items'] };
  return (key, compute) => cache.getOrCompute(key, compute, options);
}

/** A bare `Map` of promises: no bound, no time to live, errors kept for ever. */
export function mapOfPromises(): Lookup {
  const promises = new Map<string, Promise<Value>>();
  return (key, compute) => {
    let promise = promises.get(key);
    if (promise === undefined) promises.set(key, (promise = compute()));
    return promise;
  };
}

export async function lruCache(): Promise<Lookup> {
  const { LRUCache } = await loadPeer<{
    LRUCache: new (options: object) => {
      fetch(key: string, options: { context: () => Promise<Value> }): Promise<Value>;
    };
  }>('lru-cache');
  const cache = new LRUCache({
    max: 2 * KEYS,
    ttl: TTL_MS,
    fetchMethod: (_key: string, _stale: unknown, { context }: { context: () => Promise<Value> }) =>
      context(),
  });
  return (key, compute) => cache.fetch(key, { context: compute });
}

export async function bentocache(): Promise<Lookup> {
  const { BentoCache, bentostore } = await loadPeer<{
    BentoCache: new (options: object) => {
      getOrSet(options: { key: string; factory: () => Promise<Value> }): Promise<Value>;
    };
    bentostore(): { useL1Layer(driver: unknown): unknown };
  }>('bentocache');
  const { memoryDriver } = await loadPeer<{ memoryDriver(options: object): unknown }>(
    'bentocache/drivers/memory',
  );
  const driver = memoryDriver({ maxItems: 2 * KEYS, serialize: false });
  const cache = new BentoCache({
    default: 'memory',
    stores: { memory: bentostore().useL1Layer(driver) },
    ttl: '1h',
  });
  return (key, factory) => cache.getOrSet({ key, factory });
}

export async function cacheable(): Promise<Lookup> {
  const { Cacheable } = await loadPeer<{
    Cacheable: new (options: object) => {
      getOrSet(key: string, compute: () => Promise<Value>, options: object): Promise<Value>;
    };
  }>('cacheable');
  const cache = new Cacheable({ ttl: '1h' });
  return (key, compute) => cache.getOrSet(key, compute, { ttl: '1h' });
}

/** Its own default store: faster than the `CacheableMemory` that its documentation offers beside it. */
export async function cacheManager(): Promise<Lookup> {
  const { createCache: create } = await loadPeer<{
    createCache(options: object): {
      wrap(key: string, compute: () => Promise<Value>): Promise<Value>;
    };
  }>('cache-manager');
  const cache = create({ ttl: TTL_MS });
  return (key, compute) => cache.wrap(key, compute);
}
