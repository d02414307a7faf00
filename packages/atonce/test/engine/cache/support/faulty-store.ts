import type { CacheStore } from '../../../../src/engine/cache/cache-store.ts';
import { memoryCacheStore } from '../../../../src/engine/cache/memory-cache-store.ts';
import type { StoreOperation } from '../../../../src/engine/cache/cache-event.ts';

/** Stands before each operation of a store: may wait, fail, or never let it through. */
export type Gate = (operation: StoreOperation, key: string) => Promise<void>;

/** A store in memory whose operations pass a gate before they take effect, and a `get` another one afterwards. */
export function gatedStore(gate: Gate, after: Gate = async () => {}): CacheStore {
  const store = memoryCacheStore();
  return {
    async get(key) {
      await gate('get', key);
      const entry = await store.get(key);
      await after('get', key);
      return entry;
    },
    async set(key, entry) {
      await gate('set', key);
      await store.set(key, entry);
    },
    async delete(key, at) {
      await gate('delete', key);
      await store.delete(key, at);
    },
    async invalidate(tags, at) {
      await gate('invalidate', '');
      await store.invalidate(tags, at);
    },
    async clear(at) {
      await gate('clear', '');
      await store.clear(at);
    },
  };
}

/** A store in memory with some of its methods replaced. */
export function storeWith(replaced: (sound: CacheStore) => Partial<CacheStore>): CacheStore {
  const sound = memoryCacheStore();
  return {
    get: (key) => sound.get(key),
    set: (key, entry) => sound.set(key, entry),
    delete: (key, at) => sound.delete(key, at),
    invalidate: (tags, at) => sound.invalidate(tags, at),
    clear: (at) => sound.clear(at),
    ...replaced(sound),
  };
}
