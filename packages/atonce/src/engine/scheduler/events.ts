import type { TaskOutcome } from './outcome.ts';

/** Where a scheduler's run stands. */
export interface SchedulerCounts {
  /** Tasks so far; more may be added. */
  readonly total: number;
  readonly running: number;
  readonly succeeded: number;
  /** Tasks that failed or were cancelled. */
  readonly failed: number;
  readonly skipped: number;
  readonly elapsedMs: number;
}

interface TaskFacts {
  readonly name: string;
  readonly attempt: number;
  readonly counts: SchedulerCounts;
}

/** What the progress listener of a scheduler is told. */
export type SchedulerEvent =
  | (TaskFacts & { readonly type: 'started' })
  | (TaskFacts & { readonly type: 'settled'; readonly outcome: TaskOutcome })
  | (TaskFacts & { readonly type: 'retrying'; readonly error: unknown; readonly delayMs: number })
  | (TaskFacts & { readonly type: 'report'; readonly data: unknown })
  | { readonly type: 'finished'; readonly counts: SchedulerCounts };
