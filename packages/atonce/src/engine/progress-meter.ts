import type { Clock } from '../kernel/clock.ts';
import type { ProgressCounts, ProgressEvent } from './progress.ts';

/** What a run counts. */
export interface Tally {
  readonly total: number | undefined;
  readonly taken: number;
  readonly running: number;
  readonly waiting: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly resumed: number;
}

/** Turns a run's tally into events. Made only when somebody listens. */
export class ProgressMeter {
  readonly #listener: (event: ProgressEvent) => void;
  readonly #clock: Clock;
  readonly #startedMs: number;

  constructor(listener: (event: ProgressEvent) => void, clock: Clock) {
    this.#listener = listener;
    this.#clock = clock;
    this.#startedMs = clock.now();
  }

  /** Tells the listener; what it throws is the caller's to handle. */
  tell(event: ProgressEvent): void {
    this.#listener(event);
  }

  /** Where the run stands, with rate and time left. */
  counts(tally: Tally): ProgressCounts {
    const { total, taken, running, waiting, succeeded, failed, resumed } = tally;
    const elapsedMs = this.#clock.now() - this.#startedMs;
    // Resumed items took no time; counting them would promise a speed that cannot be kept.
    const ran = succeeded + failed - resumed;
    const ratePerSecond = elapsedMs > 0 ? (ran * 1000) / elapsedMs : 0;
    const left = total === undefined ? undefined : Math.max(0, total - succeeded - failed);
    const remainingMs =
      left === undefined || ratePerSecond === 0 ? undefined : (left * 1000) / ratePerSecond;
    return {
      total,
      taken,
      running,
      waiting,
      succeeded,
      failed,
      resumed,
      elapsedMs,
      ratePerSecond,
      remainingMs,
    };
  }
}
