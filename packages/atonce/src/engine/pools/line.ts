import { RingBuffer } from '../../kernel/ring-buffer.ts';
import type { Entry } from './call.ts';

/** Fewer withdrawn entries than this are not worth tidying up. */
const FEW = 32;

/** Entries first come first served, any of which may be withdrawn. */
export class Line {
  private readonly entries = new RingBuffer<Entry>();
  private gone = 0;

  /** Entries that wait and are not gone. */
  get size(): number {
    return this.entries.size - this.gone;
  }

  push(entry: Entry): void {
    entry.line = this;
    this.entries.push(entry);
  }

  peek(): Entry | undefined {
    for (let entry = this.entries.peek(); entry !== undefined; entry = this.entries.peek()) {
      if (!entry.gone) return entry;
      this.entries.shift();
      this.gone--;
    }
    return undefined;
  }

  shift(): Entry | undefined {
    const entry = this.peek();
    if (entry === undefined) return undefined;
    entry.line = null;
    return this.entries.shift();
  }

  /** Withdraws an entry of this line. Tidying up once half of them are gone makes each cost O(1). */
  withdraw(entry: Entry): void {
    entry.gone = true;
    entry.line = null;
    this.gone++;
    if (this.gone < FEW || this.gone * 2 < this.entries.size) return;
    for (let left = this.entries.size; left > 0; left--) {
      const kept = this.entries.shift() as Entry;
      if (!kept.gone) this.entries.push(kept);
    }
    this.gone = 0;
  }
}
