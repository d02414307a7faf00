import type { WireError } from './wire-error.ts';

/**
 * Items for a worker to run one after another. Every item a worker is ever given has a sequence
 * number of its own, so that one number says which item of which chunk is meant.
 */
export interface ChunkMessage {
  readonly kind: 'chunk';
  /** Sequence number of the first item; the others follow it. */
  readonly first: number;
  readonly url: string;
  readonly exportName: string;
  readonly items: readonly unknown[];
  /** Positions in the run's input: the first one when they follow each other, else all. */
  readonly indexes: number | readonly number[];
  /** Attempt numbers: one for all, or all. */
  readonly attempts: number | readonly number[];
  /** Set when somebody watches the clock, so that each item's start is to be stamped. */
  readonly timeoutMs: number | undefined;
}

/** Asks consecutive items to stop; the status cell has said so already to tasks that poll. */
export interface StopMessage {
  readonly kind: 'stop';
  readonly first: number;
  readonly count: number;
  readonly reason: WireError;
}

/** Something could not be read: asks which items below `before` the worker still has to tell of. */
export interface AskMessage {
  readonly kind: 'ask';
  readonly before: number;
}

/** What a worker is told. */
export type ToWorker = ChunkMessage | StopMessage | AskMessage;

/** Consecutive items by sequence number. */
export interface Range {
  readonly first: number;
  readonly count: number;
}

/** What became of consecutive items of one chunk. */
export interface ResultsMessage {
  readonly kind: 'results';
  /** Sequence number of the first item told of. */
  readonly first: number;
  /** One per item; `undefined` where the item failed. */
  readonly values: readonly unknown[];
  /** The failed ones by position in `values`. */
  readonly failures: readonly (readonly [position: number, error: WireError])[];
  /** Running time of each item in milliseconds. */
  readonly durations: ArrayLike<number>;
  /** Sum of `durations`. */
  readonly workMs: number;
  /** Part of it in which the worker had nothing to do. */
  readonly waitedMs: number;
}

/** What a worker tells. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'start-failed'; readonly error: WireError }
  | ResultsMessage
  /** A message could not be read. */
  | { readonly kind: 'garbled' }
  /** Answer to `ask`: all that is still to be told of. */
  | { readonly kind: 'pending'; readonly before: number; readonly ranges: readonly Range[] }
  | { readonly kind: 'report'; readonly sequence: number; readonly data: unknown }
  /** Something was thrown with nobody to catch it, from a timer for instance; the worker ends. */
  | { readonly kind: 'dying'; readonly error: WireError }
  /** The worker ends in good order; `inCall` when that is the doing of the running item, whose call is on the stack. */
  | { readonly kind: 'exiting'; readonly inCall: boolean };

/** What a worker is started with. */
export interface WorkerSetup {
  /** Module and export to be called once before the first task. */
  readonly initialiser: { readonly url: string; readonly exportName: string } | undefined;
}
