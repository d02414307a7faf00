import type { Failure, GaveUp, Success } from '../../kernel/outcome.ts';

interface Timeliness {
  /** Not over by its deadline, or skipped because it could not have been. */
  readonly late: boolean;
}

/** The task gave a value. `item` is its name, `index` its place in the order of adding. */
export interface TaskSuccess<R> extends Success<string, R>, Timeliness {}

/** The task failed, was cancelled, or was `skipped`; then its error is a `SkippedError` that says why. */
export interface TaskFailure extends Omit<Failure<string>, 'gaveUp'>, Timeliness {
  readonly gaveUp: GaveUp | 'skipped';
}

/** What became of one task of a scheduler. `waitedMs` counts from when it could have started. */
export type TaskOutcome<R = unknown> = TaskSuccess<R> | TaskFailure;
