import type { GaveUp } from '../kernel/outcome.ts';
import type { Job } from './job.ts';
import type { Decision } from './runner.ts';

/** How a run came to its end. */
export interface RunEnd {
  /**
   * `completed`: every item was settled. `failed`: stopped by the first failure. `aborted`: by the
   * caller's signal. `source`: the items themselves failed. `broken`: a journal or a callback did.
   */
  readonly how: 'completed' | 'failed' | 'aborted' | 'source' | 'broken';
  /** The failure, the abort reason, or what the source, journal or callback threw. */
  readonly error: unknown;
  /** Items taken from the source. */
  readonly taken: number;
  readonly decision: Decision | undefined;
}

/** Collects what becomes of the items; each verb has its own. */
export interface Sink<T, R> {
  /** Whether the job's timings must be kept. */
  readonly timed: boolean;
  /** Whether the first failure stops the run. */
  readonly failFast: boolean;
  /** Whether items that never started are wanted as cancelled, as far as they are known. */
  readonly wantsAll: boolean;
  /** How many more items may start now. */
  room(): number;
  /** Called exactly once per taken item, here or in `failed`. The job is used again afterwards. */
  succeeded(job: Job<T>, value: R, resumed: boolean): void;
  failed(job: Job<T>, error: unknown, gaveUp: GaveUp): void;
  /** The same as `succeeded` for many items in a row, where only their values are wanted. */
  filled?(first: number, values: readonly R[]): void;
  /** Called exactly once, last. */
  ended(end: RunEnd): void;
}
