import { checkInteger, checkMs, checkNames } from '../kernel/checks.ts';

/** At most `limit` starts in any window of `intervalMs`. */
export interface RateLimitOptions {
  /** Attempts that may start within one window, an integer from 1. */
  readonly limit: number;
  /** Length of the rolling window, milliseconds, more than 0. */
  readonly intervalMs: number;
}

/**
 * Rolling-window rate limit: the exact log of the last `limit` starts, so that no window of
 * `intervalMs`, wherever it is laid, holds more than `limit` starts (a fixed window would let twice
 * as many through around its edge).
 */
export class RateWindow {
  readonly #starts: number[] = [];
  readonly #intervalMs: number;
  readonly #limit: number;
  #oldest = 0;

  /** @throws OptionError for a bad option. */
  constructor(options: RateLimitOptions) {
    checkNames('rateLimit', options, ['limit', 'intervalMs']);
    checkInteger('rateLimit.limit', options.limit, { min: 1, max: 10_000_000 });
    checkMs('rateLimit.intervalMs', options.intervalMs, 'more than 0');
    this.#limit = options.limit;
    this.#intervalMs = options.intervalMs;
  }

  /** Milliseconds until the next start is allowed; 0 when it is allowed now. */
  waitMs(now: number): number {
    if (this.#starts.length < this.#limit) return 0;
    // The window is half-open: a start exactly one interval ago has left it.
    return Math.max(0, (this.#starts[this.#oldest] as number) + this.#intervalMs - now);
  }

  /** Notes a start. Call only when `waitMs` is 0. */
  take(now: number): void {
    if (this.#starts.length < this.#limit) {
      this.#starts.push(now);
      return;
    }
    this.#starts[this.#oldest] = now;
    this.#oldest = (this.#oldest + 1) % this.#limit;
  }
}
