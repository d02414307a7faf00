import type { LimitChange } from 'atonce';
import type { ProcessEnd } from '../processes/process-end.ts';

/** How a job ended: as a process does, or with an error when it was a function. */
export type JobEnd =
  | ProcessEnd
  | { readonly kind: 'error'; readonly name: string; readonly message: string };

/** One job of a run, as events, job log and report tell it. */
export interface JobRecord {
  /** From 1, in input order: `{#}`. */
  readonly sequence: number;
  /** What its plan calls it; undefined for jobs that have no name. */
  readonly name?: string;
  /** Slot it ran in, from 1: `{%}`. */
  readonly slot: number;
  /** The command as a person would type it, quoted. */
  readonly command: string;
  readonly attempts: number;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly end: JobEnd;
  /**
   * It failed and that is allowed, so it counts as done.
   *
   * @defaultValue false
   */
  readonly tolerated?: boolean;
  readonly resumed: boolean;
  readonly outputBytes: number;
  /** Processes of its group that outlived the KILL, which should be none. */
  readonly leftProcesses: number;
}

/** A job of a plan, before anything has run. */
export interface PlannedJob {
  readonly sequence: number;
  readonly name: string;
  /** Sequence numbers of the jobs that it waits for. */
  readonly needs: readonly number[];
}

/** What a face may show while jobs run. */
export type JobEvent =
  | {
      readonly type: 'started';
      readonly sequence: number;
      readonly slot: number;
      readonly command: string;
    }
  | {
      readonly type: 'retrying';
      readonly sequence: number;
      readonly attempt: number;
      readonly end: JobEnd;
      readonly delayMs: number;
    }
  | { readonly type: 'finished'; readonly job: JobRecord }
  /** The jobs of a plan, told before all others. */
  | {
      readonly type: 'planned';
      readonly jobs: readonly PlannedJob[];
      /** How long all of it is expected to take, milliseconds; undefined when too little is known. */
      readonly expectedMs: number | undefined;
    }
  /** A job of a plan will not be run, and why. */
  | { readonly type: 'skipped'; readonly sequence: number; readonly reason: string }
  | {
      readonly type: 'counts';
      readonly total: number | undefined;
      readonly running: number;
      readonly succeeded: number;
      readonly failed: number;
      readonly resumed: number;
    }
  /** How many jobs may run at once, where that is found while they run: at the start, and each change. */
  | {
      readonly type: 'limit';
      readonly from: number;
      readonly to: number;
      /** Why, in a few words for people. */
      readonly reason: string;
    };

/**
 * Why a run ended before its input did: a halt rule, a signal or a closed output (`| head`), a
 * journal that could not be written, input that could not be read, output that could not be written.
 */
export type Stopped = 'halt' | 'signal' | 'journal' | 'input' | 'output';

/** What became of a number of jobs at once that was found while they ran. */
export interface LimitReport {
  readonly min: number;
  readonly initial: number;
  readonly max: number;
  /** The number at the end. */
  readonly final: number;
  /** The smallest and the largest number there was. */
  readonly lowest: number;
  readonly highest: number;
  /** How often it changed. */
  readonly changes: number;
  /** The last changes, at most a hundred, oldest first. */
  readonly lastChanges: readonly LimitChange[];
}

/** The sum of a run. */
export interface RunReport {
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly resumed: number;
  /** Failures by reason: `exit 1`, `signal SIGKILL`, `timeout`, `not found`. */
  readonly failuresByReason: Readonly<Record<string, number>>;
  readonly wallMs: number;
  /** Sum of the jobs' own durations. */
  readonly busyMs: number;
  /** `busyMs / wallMs`. */
  readonly speedUp: number;
  /** At most five, slowest first. */
  readonly slowest: readonly JobRecord[];
  /** Set when the run ended before its input did. */
  readonly stopped: Stopped | undefined;
  /** One sentence about what no job is to blame for: the journal, the input or the output. */
  readonly problem: string | undefined;
  /** What the command should exit with, by the table of exit codes. */
  readonly exitCode: number;
  readonly warnings: readonly string[];
  /** Undefined where the number of jobs at once was fixed. */
  readonly limit: LimitReport | undefined;
}
