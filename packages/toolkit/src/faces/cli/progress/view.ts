import type { Writable } from 'node:stream';
import type { JobEvent } from '../../../runs/report.ts';

/** One way of showing progress. */
export interface ProgressView {
  /** Where what jobs print must go, so that it and the progress do not spoil each other. */
  readonly jobStdout: Writable;
  readonly jobStderr: Writable;
  /** Takes note of what happened. */
  onEvent(event: JobEvent): void;
  /** The run was asked to stop, gently or at once. */
  onStop(how: 'gently' | 'now'): void;
  /** Ends the showing; the terminal is as it was before. May be called twice. */
  close(): void;
}

/** Streams a view writes to. */
export interface ViewStreams {
  readonly stdout: Writable;
  readonly stderr: Writable;
}
