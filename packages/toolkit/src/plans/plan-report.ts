import type { CriticalPath } from 'atonce';
import type { JobRecord, RunReport } from '../runs/report.ts';
import type { Outcome } from './condition/evaluate.ts';

/** What became of one task. */
export interface TaskReport {
  readonly name: string;
  readonly outcome: Outcome;
  /** It failed, and that is allowed. */
  readonly tolerated: boolean;
  /** Why it was skipped or cancelled. */
  readonly reason: string | undefined;
  /** Undefined when it was not run. */
  readonly job: JobRecord | undefined;
}

/** How well the slots were used. */
export interface PlanTiming {
  /** The longest way through the tasks by the times that they really took. */
  readonly criticalPath: CriticalPath;
  /** No order of the same tasks would have been faster. */
  readonly lowerBoundMs: number;
  /** From the first start to the last end. */
  readonly makespanMs: number;
  /** What was expected before; undefined when too little was known. */
  readonly expectedMs: number | undefined;
  /** `makespanMs` over `lowerBoundMs`. */
  readonly makespanRatio: number;
  /** Share of the slots' time in which tasks were running, 0 to 1. */
  readonly utilisation: number;
  readonly slots: number;
}

/** The sum of a plan's run. */
export interface PlanReport extends RunReport {
  /** Tasks that were not run because of what they wait for or of their `when`. */
  readonly skipped: number;
  /** Of those that count as done, how many failed and were allowed to. */
  readonly tolerated: number;
  /** In the order of the file. */
  readonly tasks: readonly TaskReport[];
  /** Tasks that the journal has, run again because they or what they need have changed. */
  readonly changed: readonly string[];
  readonly timing: PlanTiming;
}
