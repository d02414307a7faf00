import type { Writable } from 'node:stream';
import type { JobEvent } from '../runs/report.ts';

/** What a module run needs of the program it runs in. */
export interface ModuleHost {
  /** Receives the results, one JSON document per line. */
  readonly stdout: Writable;
  /** Told what happens, synchronously; must not throw. A job's `command` is `module#export` here. */
  readonly onEvent?: (event: JobEvent) => void;
  /** Stops the run: nothing new starts, running items are told through their signal, then terminated. */
  readonly signal?: AbortSignal;
  /** Stops the run without waiting for items that go on, for the second Ctrl-C; workers of a pool are killed. */
  readonly killNow?: AbortSignal;
  /** Lets running items end and starts nothing new. */
  readonly drain?: AbortSignal;
}
