/**
 * Remembers when names (keys, tags) were invalidated. Bounded: when there are too many, the oldest
 * one becomes a floor that counts for every name, so that what is forgotten is never trusted.
 */
export class Marks {
  private readonly marks = new Map<string, number>();
  private readonly most: number;
  private floor = -Infinity;

  /** @param most - Names remembered one by one. */
  constructor(most: number) {
    this.most = most;
  }

  /** Notes that what began at `at` or before does not count for `name`. */
  add(name: string, at: number): void {
    if (this.covers(name, at)) return;
    // Anew, so that the order of the map is the order of time.
    this.marks.delete(name);
    this.marks.set(name, at);
    if (this.marks.size > this.most) this.fold();
  }

  /** Withdraws a mark, unless a later one has taken its place. */
  remove(name: string, at: number): void {
    if (this.marks.get(name) === at) this.marks.delete(name);
  }

  /** Whether what began at `startedAt` was invalidated under this name. */
  covers(name: string, startedAt: number): boolean {
    return startedAt <= this.floor || startedAt <= (this.marks.get(name) ?? -Infinity);
  }

  clear(): void {
    this.marks.clear();
    this.floor = -Infinity;
  }

  private fold(): void {
    const [oldest] = this.marks;
    if (oldest === undefined) return;
    this.marks.delete(oldest[0]);
    this.floor = Math.max(this.floor, oldest[1]);
  }
}

/** The mark that counts for every entry. */
export const EVERYTHING = '*';

/** Name of a key among marks; apart from those of tags. */
export function keyMark(key: string): string {
  return `k:${key}`;
}

/** Name of a tag among marks. */
export function tagMark(tag: string): string {
  return `t:${tag}`;
}

/** Every name under which an entry can have been invalidated. */
export function markNames(key: string, tags: readonly string[]): string[] {
  return [EVERYTHING, keyMark(key), ...tags.map(tagMark)];
}
