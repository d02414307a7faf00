import type { Clock } from 'atonce';

interface Entry {
  readonly at: number;
  readonly happen: () => void;
}

/** Virtual time: what is due next happens next, at once. */
export class Agenda implements Clock {
  private time = 0;
  /** Latest first, so that the next is taken from the end. */
  private readonly entries: Entry[] = [];

  now(): number {
    return this.time;
  }

  epoch(): number {
    return this.time;
  }

  after(ms: number, happen: () => void): () => void {
    const entry = { at: this.time + ms, happen };
    this.entries.splice(this.place(entry.at), 0, entry);
    return () => {
      const place = this.entries.indexOf(entry);
      if (place >= 0) this.entries.splice(place, 1);
    };
  }

  /** Lets the next thing happen; false when there is none. */
  step(): boolean {
    const next = this.entries.pop();
    if (next === undefined) return false;
    this.time = next.at;
    next.happen();
    return true;
  }

  /** Of equal times, what was entered first happens first. */
  private place(at: number): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.entries[middle] as Entry).at > at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
