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
  /**
   * Calls `listener` once when a slot may have come free, first come first served, and never before this
   * returns; the returned function withdraws.
   */
  whenFree(listener: () => void): () => void;
  /**
   * The limit as a run started in the present async context should see it. A limit that knows its
   * holders can lend a task's own slot to a run nested in it, which otherwise would wait for itself.
   *
   * @defaultValue the limit itself
   */
  here?(): Limit;
  /** Calls a task that holds a slot, so that `here` knows when it is asked inside. */
  holding?<V>(call: () => V): V;
}
