/** How the use of a slot ended, as feedback for limits that adapt. */
export type SlotResult = 'success' | 'overload' | 'ignore';

/**
 * Decides how many tasks are in flight. One limit may be shared by many runs; together they never
 * exceed it.
 */
export interface Limit {
  /** Slots there are now. */
  readonly concurrency: number;
  /** Slots taken now. */
  readonly inFlight: number;
  /** Takes a slot if one is free. */
  tryAcquire(): boolean;
  /** Gives a slot back, with how its use ended and how long the task took. Exactly once per acquired slot. */
  release(result: SlotResult, durationMs: number): void;
  /** Calls `listener` once when a slot may have come free, first come first served; the returned function withdraws. */
  whenFree(listener: () => void): () => void;
}
