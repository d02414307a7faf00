/** Failures in a row after which a store that answers is left alone. */
const MOST_FAILURES = 5;

/** Decides whether a store is asked: one that hangs, or fails again and again, is left alone for a while. */
export class Breaker {
  private readonly restMs: number;
  private failures = 0;
  private openUntil = -Infinity;
  private open = false;
  private probing = false;

  /** @param restMs - How long it is left alone. */
  constructor(restMs: number) {
    this.restMs = restMs;
  }

  /** Whether a call may be made now. After the rest that is one call, until it is known how it went. */
  lets(now: number): boolean {
    if (!this.open) return true;
    if (now < this.openUntil || this.probing) return false;
    this.probing = true;
    return true;
  }

  /** Notes an answer; true when that ends a rest. */
  succeeded(): boolean {
    const wasOpen = this.open;
    this.failures = 0;
    this.open = false;
    this.probing = false;
    return wasOpen;
  }

  /** Notes a failure; true when a rest begins. */
  failed(now: number, hung: boolean): boolean {
    this.failures++;
    const begins = !this.open;
    if (begins && !hung && this.failures < MOST_FAILURES) return false;
    this.open = true;
    this.openUntil = now + this.restMs;
    this.probing = false;
    return begins;
  }
}
