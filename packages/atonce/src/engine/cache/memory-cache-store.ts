import { checkInteger, checkNames } from '../../kernel/checks.ts';
import type { CacheStore, StoredEntry } from './cache-store.ts';
import { type LruNode, LruTable } from './lru-table.ts';
import { EVERYTHING, keyMark, markNames, Marks, tagMark } from './marks.ts';

/** How much a store in memory holds. */
export interface MemoryCacheStoreOptions {
  /**
   * Entries held at most; beyond that the one whose last use is longest ago goes.
   *
   * @defaultValue 10000
   */
  readonly maxEntries?: number | undefined;
}

/**
 * A store that lives as long as the object: for several caches of one process, and for tests of
 * what uses a store.
 *
 * @throws OptionError for a bad option.
 */
export function memoryCacheStore(options: MemoryCacheStoreOptions = {}): CacheStore {
  checkNames('memoryCacheStore', options, ['maxEntries']);
  const { maxEntries = 10_000 } = options;
  checkInteger('maxEntries', maxEntries, { min: 1 });
  return new MemoryCacheStore(maxEntries);
}

interface Kept extends LruNode {
  readonly entry: StoredEntry;
}

class MemoryCacheStore implements CacheStore {
  private readonly maxEntries: number;
  private readonly table = new LruTable<Kept>();
  private readonly marks: Marks;

  constructor(maxEntries: number) {
    this.maxEntries = maxEntries;
    this.marks = new Marks(maxEntries);
  }

  async get(key: string): Promise<StoredEntry | undefined> {
    const kept = this.table.find(key);
    if (kept === undefined) return undefined;
    const { startedAt, tags } = kept.entry;
    if (markNames(key, tags).some((name) => this.marks.covers(name, startedAt))) {
      this.table.remove(kept);
      return undefined;
    }
    this.table.touch(kept);
    return { ...kept.entry, tags: [...tags] };
  }

  async set(key: string, entry: StoredEntry): Promise<void> {
    const before = this.table.find(key);
    if (before !== undefined) this.table.remove(before);
    const copy = { ...entry, tags: [...entry.tags] };
    this.table.add({ key, entry: copy, bytes: 0, newer: null, older: null });
    const { leastUsed, size } = this.table;
    if (size > this.maxEntries && leastUsed !== null) this.table.remove(leastUsed);
  }

  async delete(key: string, at: number): Promise<void> {
    this.marks.add(keyMark(key), at);
  }

  async invalidate(tags: readonly string[], at: number): Promise<void> {
    for (const tag of tags) this.marks.add(tagMark(tag), at);
  }

  async clear(at: number): Promise<void> {
    this.table.clear();
    this.marks.add(EVERYTHING, at);
  }
}
