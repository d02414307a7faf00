import { adaptiveLimit, type AdaptiveLimit, type LimitChange } from 'atonce';
import { loadReadings } from 'atonce/threads';
import type { JobsRange } from './jobs-range.ts';
import type { JobEvent, LimitReport } from './report.ts';

/** More changes than this tell nobody more; the others are counted. */
const MOST_CHANGES = 100;

/** The number of jobs at once while it follows what they get done and what this machine can take. */
export class SteeredJobs {
  readonly limit: AdaptiveLimit;
  readonly #range: JobsRange;
  readonly #onEvent: ((event: JobEvent) => void) | undefined;
  readonly #readings = loadReadings();
  readonly #lastChanges: LimitChange[] = [];
  #changes = 0;
  #lowest: number;
  #highest: number;

  /** Tells `onEvent` of the number at the start and of every change. */
  constructor(range: JobsRange, onEvent: ((event: JobEvent) => void) | undefined) {
    const { initial } = range;
    this.#range = range;
    this.#onEvent = onEvent;
    this.#lowest = initial;
    this.#highest = initial;
    this.limit = adaptiveLimit({
      ...range,
      readings: this.#readings,
      onChange: (change) => this.#changed(change),
    });
    onEvent?.({ type: 'limit', from: initial, to: initial, reason: 'the start' });
  }

  /** What became of it so far. */
  report(): LimitReport {
    return {
      ...this.#range,
      final: this.limit.concurrency,
      lowest: this.#lowest,
      highest: this.#highest,
      changes: this.#changes,
      lastChanges: [...this.#lastChanges],
    };
  }

  /** Stops watching the machine. */
  close(): void {
    this.#readings.close();
  }

  #changed(change: LimitChange): void {
    const { from, to, reason } = change;
    this.#changes++;
    this.#lowest = Math.min(this.#lowest, to);
    this.#highest = Math.max(this.#highest, to);
    this.#lastChanges.push(change);
    if (this.#lastChanges.length > MOST_CHANGES) this.#lastChanges.shift();
    this.#onEvent?.({ type: 'limit', from, to, reason });
  }
}
