import assert from 'node:assert/strict';
// Not the global, which test frameworks replace.
import { setImmediate } from 'node:timers';
import { checkMs } from '../kernel/checks.ts';
import type { Clock } from '../kernel/clock.ts';
import { Heap } from '../kernel/heap.ts';

/** Timers fired by one `advance` before it is taken for endless. */
const MOST_TIMERS = 1_000_000;

/** Where a fake clock starts. */
export interface FakeClockOptions {
  /**
   * Wall-clock milliseconds since 1970 at the start; `now()` starts at 0.
   *
   * @defaultValue 2025-01-01T00:00:00Z
   */
  readonly startMs?: number;
}

/** A clock that stands still until the test moves it. */
export interface FakeClock extends Clock {
  /** Timers that are set and neither fired nor cancelled. */
  readonly pending: number;
  /**
   * Moves both times on by `ms`. Due timers fire one at a time, in the order of their time and then
   * of their setting; before, between and after them all promises that can settle do. Calls wait
   * for each other.
   */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock forward or, when negative, back, as a user or a time server does. `now()` and timers do not notice. */
  jumpWallClock(ms: number): void;
}

/** Makes a clock for tests of what waits, without waiting. */
export function fakeClock(options: FakeClockOptions = {}): FakeClock {
  const { startMs = Date.UTC(2025, 0, 1) } = options;
  checkMs('startMs', startMs);
  return new SteppedClock(startMs);
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

class SteppedClock implements FakeClock {
  readonly #timers = new Heap<Timer>(isBefore);
  #now = 0;
  #wallOffset: number;
  #set = 0;
  #pending = 0;
  #advancing: Promise<void> = Promise.resolve();

  constructor(startMs: number) {
    this.#wallOffset = startMs;
  }

  get pending(): number {
    return this.#pending;
  }

  now(): number {
    return this.#now;
  }

  epoch(): number {
    return this.#wallOffset + this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    checkMs('ms', ms);
    const timer = { at: this.#now + ms, order: this.#set++, callback, cancelled: false };
    this.#timers.push(timer);
    this.#pending++;
    return () => {
      if (!timer.cancelled) this.#pending--;
      timer.cancelled = true;
    };
  }

  advance(ms: number): Promise<void> {
    checkMs('ms', ms);
    const move = this.#advancing.then(() => this.#move(ms));
    this.#advancing = move.catch(() => {});
    return move;
  }

  jumpWallClock(ms: number): void {
    checkMs('ms', Math.abs(ms));
    this.#wallOffset += ms;
  }

  async #move(ms: number): Promise<void> {
    await settled();
    const end = this.#now + ms;
    for (let fired = 0; ; fired++) {
      const timer = this.#nextUntil(end);
      if (timer === undefined) break;
      assert(fired < MOST_TIMERS, `more than ${MOST_TIMERS} timers fired within ${ms} ms`);
      this.#now = timer.at;
      this.#pending--;
      // Cancelling what has fired changes nothing.
      timer.cancelled = true;
      timer.callback();
      await settled();
    }
    this.#now = end;
  }

  #nextUntil(end: number): Timer | undefined {
    for (let next = this.#timers.peek(); next !== undefined; next = this.#timers.peek()) {
      if (!next.cancelled && next.at > end) return undefined;
      this.#timers.pop();
      if (!next.cancelled) return next;
    }
    return undefined;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** One turn of the event loop: every promise that can settle has, however long the chain. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
