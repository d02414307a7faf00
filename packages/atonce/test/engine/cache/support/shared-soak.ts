import { createCache } from '../../../../src/engine/cache/create-cache.ts';
import type { Cache } from '../../../../src/engine/cache/cache.ts';
import type { CacheStore } from '../../../../src/engine/cache/cache-store.ts';
import { seededRandom } from '../../../../src/kernel/random.ts';
import { fakeClock } from '../../../../src/testing/fake-clock.ts';
import { gatedStore } from './faulty-store.ts';

interface Truth {
  readonly key: string;
  readonly version: number;
}

const KEYS = ['a', 'b', 'c'];
const STEPS = 250;

/**
 * Several caches with one slow store, as in several processes: computations in each, invalidations by any. A cache
 * that holds nothing itself must never be given what was invalidated before it asked. Gives the faults.
 */
export async function sharedSoak(seed: number): Promise<{ faults: string[]; found: number }> {
  const random = seededRandom(seed);
  const upTo = (end: number): number => Math.floor(random() * end);
  const clock = fakeClock();
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => void clock.after(ms, resolve));
  const slow = (): Promise<void> => wait(upTo(8));
  const store = gatedStore(slow, slow);
  const open = (on: CacheStore = store): Cache<Truth> =>
    createCache({ ttlMs: 200, store: on, storeTimeoutMs: 1_000, clock, random });
  const caches = [open(), open(), open()];
  /** What the source says, and what every cache must have heard of. */
  const [versions, confirmed] = [new Map<string, number>(), new Map<string, number>()];
  const faults: string[] = [];
  const running: Promise<unknown>[] = [];
  let found = 0;

  const compute = (cache: Cache<Truth>, key: string): Promise<unknown> =>
    cache.getOrCompute(
      key,
      async () => {
        const version = versions.get(key) ?? 0;
        await wait(upTo(60));
        return { key, version };
      },
      { tags: [`tag ${key}`] },
    );
  const change = async (cache: Cache<Truth>, key: string): Promise<void> => {
    const version = (versions.get(key) ?? 0) + 1;
    versions.set(key, version);
    const way = upTo(4);
    if (way === 0) await cache.delete(key);
    else if (way === 1) await cache.invalidate({ tags: [`tag ${key}`] });
    else if (way === 2) await cache.set(key, { key, version }, { tags: [`tag ${key}`] });
    else await cache.clear();
    confirmed.set(key, Math.max(version, confirmed.get(key) ?? 0));
  };
  const look = async (key: string): Promise<void> => {
    const least = confirmed.get(key) ?? 0;
    const value = await open().get(key);
    if (value === undefined) return;
    found++;
    if (value.key !== key || value.version < least)
      faults.push(`${key} is ${value.key} ${value.version} at ${clock.now()}, not ${least}`);
  };

  for (let step = 0; step < STEPS; step++) {
    const cache = caches[upTo(caches.length)] as Cache<Truth>;
    const key = KEYS[upTo(KEYS.length)] as string;
    const draw = random();
    if (draw < 0.5) running.push(compute(cache, key));
    else if (draw < 0.65) running.push(change(cache, key));
    else running.push(look(key));
    // Within one millisecond two processes cannot tell which of them came first.
    await clock.advance(2 + upTo(10));
  }
  await clock.advance(5_000);
  await Promise.all(running);
  return { faults, found };
}
