import type { ProcessCommand } from './process-request.ts';

/** Starts processes: from here, or from a smaller process of ours. */
export interface Spawner {
  /**
   * Starts a process as the leader of a group of its own. Either `failed` is called, or `started`,
   * `exited` and `drained` in this order; `failed` after `started` means that the process was lost
   * sight of. Nothing is called after that.
   */
  start(command: ProcessCommand, listener: SpawnListener): SpawnHandle;
  /** Lets go of what the spawner itself needs. Nothing may be started afterwards. */
  close(): void;
}

/** Told of one process. */
export interface SpawnListener {
  /** It runs, and its group has the same number. */
  started(pid: number): void;
  failed(error: SpawnError): void;
  /** The process itself ended; others may still hold its pipes. */
  exited(code: number | null, signal: string | null): void;
  /** All that it wrote has been handed to its readers. */
  drained(): void;
}

/** Our end of a started process. */
export interface SpawnHandle {
  /** Stop reading its pipes: what still comes is lost. */
  discard(): void;
}

/** Why a process could not be started: `code` is the system's word, for instance `ENOENT`. */
export interface SpawnError {
  readonly code: string;
  readonly message: string;
}
