import { RingBuffer } from '../kernel/ring-buffer.ts';
import type { Entry } from './chunk.ts';

/** Entries waiting to be sent: those given back by dead workers first, suspects apart. */
export class EntryQueue {
  readonly #fresh = new RingBuffer<Entry>();
  /** Those of the fresh that are still wanted; only once one of them was removed, because it costs as much again. */
  #wanted: Set<Entry> | undefined;
  readonly #returned: Entry[] = [];
  readonly #suspects: Entry[] = [];

  get size(): number {
    const fresh = this.#wanted?.size ?? this.#fresh.size;
    return fresh + this.#returned.length + this.#suspects.length;
  }

  /** Entries that need a worker for themselves. */
  get suspects(): number {
    return this.#suspects.length;
  }

  push(entry: Entry): void {
    this.#fresh.push(entry);
    this.#wanted?.add(entry);
  }

  giveBack(entry: Entry, suspect: boolean): void {
    (suspect ? this.#suspects : this.#returned).push(entry);
  }

  takeSuspect(): Entry | undefined {
    return this.#suspects.shift();
  }

  /** Up to `count` entries that may travel together. */
  take(count: number): Entry[] {
    const entries = this.#returned.splice(0, count);
    while (entries.length < count && this.#fresh.size > 0) {
      const entry = this.#fresh.shift() as Entry;
      if (this.#wanted === undefined || this.#wanted.delete(entry)) entries.push(entry);
    }
    if (this.#fresh.size === 0) this.#wanted = undefined;
    return entries;
  }

  /** Empties the queue. */
  drain(): Entry[] {
    return [...this.#suspects.splice(0), ...this.take(Infinity)];
  }

  /** Takes one entry out; true if it was here. */
  remove(entry: Entry): boolean {
    if (takeOut(this.#suspects, entry) || takeOut(this.#returned, entry)) return true;
    this.#wanted ??= this.#listFresh();
    const wasHere = this.#wanted.delete(entry);
    if (this.#wanted.size === 0) {
      this.#fresh.clear();
      this.#wanted = undefined;
    }
    return wasHere;
  }

  #listFresh(): Set<Entry> {
    const all = new Set<Entry>();
    for (let left = this.#fresh.size; left > 0; left--) {
      const entry = this.#fresh.shift() as Entry;
      all.add(entry);
      this.#fresh.push(entry);
    }
    return all;
  }
}

function takeOut(entries: Entry[], entry: Entry): boolean {
  const position = entries.indexOf(entry);
  if (position === -1) return false;
  entries.splice(position, 1);
  return true;
}
