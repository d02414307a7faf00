import type { Writable } from 'node:stream';
import type { JobEvent } from '../runs/report.ts';

/** Where our own output goes: any Node stream that takes bytes; its back-pressure is respected. */
export type WriteTarget = Writable;

/** What a command run needs of the program it runs in. */
export interface CommandHost {
  /** Receives the jobs' standard output. */
  readonly stdout: WriteTarget;
  /** Receives the jobs' standard error. */
  readonly stderr: WriteTarget;
  /**
   * Environment of the jobs.
   *
   * @defaultValue the environment of this process
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Told what happens, synchronously; must not throw. */
  readonly onEvent?: (event: JobEvent) => void;
  /** Stops the run: nothing new starts, running jobs get TERM, and KILL after the grace. */
  readonly signal?: AbortSignal;
  /** Stops the run without waiting: running jobs get KILL at once, for the second Ctrl-C. */
  readonly killNow?: AbortSignal;
  /** Lets running jobs end and starts nothing new. */
  readonly drain?: AbortSignal;
}
