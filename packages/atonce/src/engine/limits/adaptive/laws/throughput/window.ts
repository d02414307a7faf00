import type { SlotUse } from '../../law.ts';

/** Shortest duration that counts, so that tasks too quick for the clock have a logarithm. */
const SHORTEST_MS = 0.001;

/**
 * Uses that ended under one limit. By Little's law the throughput is the number in flight
 * divided by the mean latency. Logarithms make one slow task count little and tasks of different
 * kinds comparable: congestion lengthens all by about the same factor.
 */
export class Window {
  readonly limit: number;
  uses = 0;
  private settling: number;
  private logs = 0;
  private squares = 0;
  private inFlight = 0;

  /**
   * @param settling - Uses left out at the beginning, which another limit has shaped. They are counted rather
   * than told by when they started: whoever leaves out what started earlier leaves out the slow ones,
   * and the limit would look faster than one that has been there for long.
   */
  constructor(limit: number, settling: number) {
    this.limit = limit;
    this.settling = settling;
  }

  add({ durationMs, inFlight }: SlotUse): void {
    if (this.settling-- > 0) return;
    const log = Math.log(Math.max(SHORTEST_MS, durationMs));
    this.uses++;
    this.logs += log;
    this.squares += log * log;
    this.inFlight += Math.min(inFlight, this.limit);
  }

  /** Mean share of the limit that was in use, 0 to 1. */
  get used(): number {
    return this.inFlight / this.uses / this.limit;
  }

  /** Logarithm of the throughput, up to a constant. */
  get score(): number {
    return Math.log(this.inFlight / this.uses) - this.logs / this.uses;
  }

  /** Variance of the logarithm of the latency. */
  get variance(): number {
    const mean = this.logs / this.uses;
    return Math.max(0, this.squares / this.uses - mean * mean);
  }
}
