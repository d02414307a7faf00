import type { Writable } from 'node:stream';
import type { Halt } from '../runs/halt.ts';
import type { RunJournalOptions } from '../runs/journal-of-run.ts';
import type { JobEvent } from '../runs/report.ts';
import type { TimeLimit } from '../config/values/time-limit.ts';
import type { Estimate } from './durations/estimates.ts';
import type { Plan, PlanTask } from './plan.ts';
import type { PlanTools } from './plan-tools.ts';

/** A plan to be run, and how. */
export interface PlanRequest {
  readonly plan: Plan;
  /** Those of the plan's tasks that are to run, in the order of the file. */
  readonly tasks: readonly PlanTask[];
  /** How many at once. */
  readonly jobs: number;
  /** Capacities of all pools, by name. */
  readonly pools: ReadonlyMap<string, number>;
  readonly estimates: ReadonlyMap<string, Estimate>;
  /** Of tasks that have none of their own; undefined lets `defaults` and known slow commands choose. */
  readonly timeoutMs: TimeLimit | undefined;
  /** Of tasks that have none of their own; undefined lets `defaults` choose. */
  readonly retries: number | undefined;
  /** Between TERM and KILL. */
  readonly graceMs: number;
  readonly halt: Halt;
  readonly keepOrder: boolean;
  readonly output: 'group' | 'line' | 'raw';
  /** Begin each line of output with the task's name. */
  readonly tag: boolean;
  readonly journal: RunJournalOptions | undefined;
  readonly resultsDir: string | undefined;
  readonly joblog: string | undefined;
  readonly trace: string | undefined;
  readonly forceColor: boolean;
  readonly spawn: 'auto' | 'direct' | 'helper';
  readonly tools: PlanTools;
}

/** What a plan's run needs of the program it runs in. */
export interface PlanHost {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told what happens, synchronously; must not throw. */
  readonly onEvent?: (event: JobEvent) => void;
  /** Starts nothing new and ends what runs gently. */
  readonly signal?: AbortSignal;
  /** Ends what runs at once. */
  readonly killNow?: AbortSignal;
}
