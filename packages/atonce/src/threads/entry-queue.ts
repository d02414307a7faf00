import { RingBuffer } from '../kernel/ring-buffer.ts';
import type { Entry } from './chunk.ts';

/** Entries waiting to be sent: those given back by dead workers first, suspects apart. */
export class EntryQueue {
  readonly #fresh = new RingBuffer<Entry>();
  readonly #returned: Entry[] = [];
  readonly #suspects: Entry[] = [];

  get size(): number {
    return this.#fresh.size + this.#returned.length + this.#suspects.length;
  }

  /** Entries that need a worker for themselves. */
  get suspects(): number {
    return this.#suspects.length;
  }

  push(entry: Entry): void {
    this.#fresh.push(entry);
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
    while (entries.length < count && this.#fresh.size > 0)
      entries.push(this.#fresh.shift() as Entry);
    return entries;
  }

  /** Empties the queue. */
  drain(): Entry[] {
    return [...this.#suspects.splice(0), ...this.take(Infinity)];
  }

  /** Takes one entry out; true if it was here. */
  remove(entry: Entry): boolean {
    const all = this.drain();
    const rest = all.filter((one) => one !== entry);
    for (const one of rest) this.push(one);
    return rest.length < all.length;
  }
}
