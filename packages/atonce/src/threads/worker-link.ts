import type { StatusCell } from './status-cell.ts';
import type { TransferableObject } from './transfer.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './wire.ts';

/** One running thread or process, as the pool sees it. */
export interface WorkerLink {
  readonly cell: StatusCell;
  /** Sends a message; throws when something in it cannot be copied. */
  post(message: ToWorker, transferList: readonly TransferableObject[]): void;
  /** Ends the worker at once; `ended` follows. */
  terminate(): void;
  /** Whether the worker keeps this process alive. */
  keepAlive(keep: boolean): void;
}

/** How a worker tells the pool. */
export interface WorkerLinkEvents {
  message(message: FromWorker): void;
  /** A message has come that cannot be read. */
  garbled(): void;
  /** Exactly once, after the last message. */
  ended(end: WorkerEnd): void;
}

/** How a worker ended, as far as can be known from outside. */
export interface WorkerEnd {
  /** For messages: `exited with code 3`, `was killed by SIGKILL`. */
  readonly how: string;
  /** The runtime's own error, for instance ERR_WORKER_OUT_OF_MEMORY; undefined when there is none. */
  readonly error: unknown;
}

/** Starts one worker. May throw when the runtime refuses its options. */
export type StartWorker = (setup: WorkerSetup, events: WorkerLinkEvents) => WorkerLink;
