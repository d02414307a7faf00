import type { Clock } from '../kernel/clock.ts';

/** Something that must be over by a point in time; the links belong to the list it is in. */
export interface Expiring {
  deadline: number;
  earlier: Expiring | null;
  later: Expiring | null;
  /** Whether it is in a list. */
  timed: boolean;
}

/**
 * A timer this late means that the whole process stood still, not that tasks were slow. So long,
 * too, have tasks to settle once it goes on.
 */
const STANDSTILL_MS = 1_000;

/**
 * Watches many equal time limits with one timer. As every limit is equally long, the order of
 * starting is the order of expiring, so a doubly linked list does what a heap would, in O(1).
 */
export class Deadlines<E extends Expiring> {
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #expired: (entry: E) => void;
  #first: E | null = null;
  #last: E | null = null;
  #cancelTimer: (() => void) | null = null;
  #postponed = false;

  constructor(timeoutMs: number, clock: Clock, expired: (entry: E) => void) {
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
    this.#expired = expired;
  }

  /** Starts the time limit of `entry`. */
  add(entry: E, now: number): void {
    entry.deadline = now + this.#timeoutMs;
    entry.timed = true;
    entry.earlier = this.#last;
    entry.later = null;
    if (this.#last === null) this.#first = entry;
    else this.#last.later = entry;
    this.#last = entry;
    this.#cancelTimer ??= this.#arm(entry.deadline, now);
  }

  /** Ends the time limit of `entry`; nothing happens when it has none. */
  remove(entry: E): void {
    if (!entry.timed) return;
    entry.timed = false;
    if (entry.earlier === null) this.#first = entry.later as E | null;
    else entry.earlier.later = entry.later;
    if (entry.later === null) this.#last = entry.earlier as E | null;
    else entry.later.earlier = entry.earlier;
    entry.earlier = null;
    entry.later = null;
  }

  /** Stops the timer and forgets every entry. */
  clear(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    while (this.#first !== null) this.remove(this.#first);
  }

  #arm(due: number, now: number): () => void {
    return this.#clock.after(Math.max(0, due - now), () => this.#fire(due));
  }

  #fire(due: number): void {
    this.#cancelTimer = null;
    const now = this.#clock.now();
    // A stopped process or a sleeping laptop must not turn into a storm of timeouts. Not twice in a
    // row, or a process that is blocked again and again would have no timeouts at all.
    this.#postponed = now - due > STANDSTILL_MS && !this.#postponed;
    if (this.#postponed) this.#postpone(now - due + STANDSTILL_MS, now + this.#timeoutMs);
    // Entries added by a callback are later than `now`, so this loop ends.
    while (this.#first !== null && this.#first.deadline <= now) {
      const entry = this.#first;
      this.remove(entry);
      this.#expired(entry);
    }
    if (this.#first !== null) this.#cancelTimer ??= this.#arm(this.#first.deadline, now);
  }

  /** No deadline becomes later than those of what starts now, which keeps the list in order. */
  #postpone(ms: number, latest: number): void {
    for (let entry: Expiring | null = this.#first; entry !== null; entry = entry.later)
      entry.deadline = Math.min(entry.deadline + ms, latest);
  }
}
