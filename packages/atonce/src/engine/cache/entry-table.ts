import type { Entry } from './entry.ts';
import { LruTable } from './lru-table.ts';

/** How much a table holds. */
export interface Room {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** Told when an entry makes room for others. */
export type OnEvicted = (key: string, reason: 'entries' | 'bytes') => void;

/** The entries in memory: by key, by tag, by use, and no more of them than there is room for. */
export class EntryTable<V> {
  private readonly table = new LruTable<Entry<V>>();
  private readonly byTag = new Map<string, Set<Entry<V>>>();
  private readonly room: Room;
  private readonly onEvicted: OnEvicted;

  constructor(room: Room, onEvicted: OnEvicted) {
    this.room = room;
    this.onEvicted = onEvicted;
  }

  get size(): number {
    return this.table.size;
  }

  get bytes(): number {
    return this.table.bytes;
  }

  find(key: string): Entry<V> | undefined {
    return this.table.find(key);
  }

  touch(entry: Entry<V>): void {
    this.table.touch(entry);
  }

  /** Puts an entry in the place of the one with its key. */
  put(entry: Entry<V>): void {
    const before = this.table.find(entry.key);
    if (before !== undefined) this.remove(before);
    const { maxEntries, maxBytes } = this.room;
    // Alone it would drive out everything else and still be too large.
    if (entry.bytes > maxBytes) return this.onEvicted(entry.key, 'bytes');
    this.table.add(entry);
    for (const tag of entry.tags) this.entriesOf(tag).add(entry);
    while (this.table.size > maxEntries) this.evict('entries');
    while (this.table.bytes > maxBytes) this.evict('bytes');
  }

  remove(entry: Entry<V>): void {
    this.table.remove(entry);
    for (const tag of entry.tags) {
      const entries = this.byTag.get(tag);
      if (entries?.delete(entry) === true && entries.size === 0) this.byTag.delete(tag);
    }
  }

  /** A list of its own, so that entries can be removed while it is read. */
  tagged(tag: string): readonly Entry<V>[] {
    return [...(this.byTag.get(tag) ?? [])];
  }

  clear(): void {
    this.table.clear();
    this.byTag.clear();
  }

  private evict(reason: 'entries' | 'bytes'): void {
    const { leastUsed } = this.table;
    if (leastUsed === null) return;
    this.remove(leastUsed);
    this.onEvicted(leastUsed.key, reason);
  }

  private entriesOf(tag: string): Set<Entry<V>> {
    let entries = this.byTag.get(tag);
    if (entries === undefined) this.byTag.set(tag, (entries = new Set()));
    return entries;
  }
}
