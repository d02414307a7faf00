import type { ProcessEnd } from '../processes/process-end.ts';

/** How a job ended: as a process does, or with an error when it was a function. */
export type JobEnd =
  | ProcessEnd
  | { readonly kind: 'error'; readonly name: string; readonly message: string };

/** One job of a run, as events, job log and report tell it. */
export interface JobRecord {
  /** From 1, in input order: `{#}`. */
  readonly sequence: number;
  /** Slot it ran in, from 1: `{%}`. */
  readonly slot: number;
  /** The command as a person would type it, quoted. */
  readonly command: string;
  readonly attempts: number;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly end: JobEnd;
  readonly resumed: boolean;
  readonly outputBytes: number;
  /** Processes of its group that outlived the KILL, which should be none. */
  readonly leftProcesses: number;
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
  | {
      readonly type: 'counts';
      readonly total: number | undefined;
      readonly running: number;
      readonly succeeded: number;
      readonly failed: number;
      readonly resumed: number;
    };

/**
 * Why a run ended before its input did: a halt rule, a signal or a closed output (`| head`), a
 * journal that could not be written, input that could not be read, output that could not be written.
 */
export type Stopped = 'halt' | 'signal' | 'journal' | 'input' | 'output';

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
}
