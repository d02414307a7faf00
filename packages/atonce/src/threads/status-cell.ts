/**
 * A few words of memory that a worker and the pool both see while the worker is busy: which item it
 * is at, since when, and which items are asked to stop. It is written before each item and can be
 * read after the worker is gone, however it went.
 */
export interface StatusCell {
  /** Worker: the item with this sequence number is about to run, since `startedAt` if given. */
  start(sequence: number, startedAt?: number): void;
  /** Worker: no item is running now. */
  rest(status: typeof IDLE | typeof LOADING): void;
  /** Worker: why the item is asked to stop, if it is. */
  stopRequest(sequence: number): StopRequest;
  /** Pool: sequence number of the running item, or `IDLE` or `LOADING`. */
  running(): number;
  /** Pool: when the running item started, by `startStamp`; only for stamped items. */
  startedAt(): number;
  /**
   * Pool: asks items to stop, the last first, so that none begins because the one before it has stopped.
   * With `GO_ON` takes that back so that their numbers can be used again.
   */
  request(first: number, count: number, why: StopRequest): void;
  /** Pool: frees what the cell holds. */
  dispose(): void;
}

/** No item is running. */
export const IDLE = 0;
/** The module of a task is being imported. */
export const LOADING = -1;

/** Whether and why an item is asked to stop. */
export type StopRequest = typeof GO_ON | typeof CANCELLED | typeof TIMED_OUT;
export const GO_ON = 0;
export const CANCELLED = 1;
export const TIMED_OUT = 2;

/** Bytes for the running item's number and start. */
export const STATUS_BYTES = 8;
/** One byte an item; a ring large enough for everything that can be in flight on one worker. */
export const REQUEST_SLOTS = 65_536;
/** Sequence numbers start over after this one. */
export const MAX_SEQUENCE = 1_073_741_824;

/** Whole milliseconds that all threads and processes of this machine count alike, wrapped to 31 bits. */
function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return Math.floor(seconds * 1000 + nanoseconds / 1e6) % 2 ** 31;
}

/** A start that is never too early, so that no item is held to be late before its time. */
export function startStamp(): number {
  return monotonicMs() + 1;
}

/** Whole milliseconds since a `startStamp`. */
export function msSince(stamp: number): number {
  const ms = (monotonicMs() - stamp + 2 ** 31) % 2 ** 31;
  // The stamp may lie a little ahead.
  return ms > 2 ** 30 ? 0 : ms;
}
