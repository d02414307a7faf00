/** Why a failed item was not tried again. */
export type GaveUp = 'no-retry' | 'attempts-exhausted' | 'not-retryable' | 'cancelled';

interface OutcomeFacts<T> {
  readonly item: T;
  /** Position of the item in the input, from 0. */
  readonly index: number;
  /** How often the task was started for this item; 0 when it never was. */
  readonly attempts: number;
  /** Wall-clock milliseconds since 1970 at the first attempt; 0 when it never started. */
  readonly startedAt: number;
  /** Milliseconds in which the task was running, over all attempts. */
  readonly durationMs: number;
  /** Milliseconds between taking the item and its end in which it was not running. */
  readonly waitedMs: number;
  /** True when the value comes from a journal and the task was not run. */
  readonly resumed: boolean;
}

/** The item's task gave a value. */
export interface Success<T, R> extends OutcomeFacts<T> {
  readonly ok: true;
  readonly value: R;
}

/** The item's task failed, whatever it threw: `ok` tells, never the truth of `error`. */
export interface Failure<T> extends OutcomeFacts<T> {
  readonly ok: false;
  readonly error: unknown;
  readonly gaveUp: GaveUp;
}

/** What became of one item. */
export type Outcome<T, R> = Success<T, R> | Failure<T>;
