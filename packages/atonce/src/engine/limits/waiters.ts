import type { Limit } from './limit.ts';

interface Waiter {
  readonly listener: () => void;
}

/** Those who wait for a slot of a limit, in the order in which they began to. */
export class Waiters {
  /** A set, so that who withdraws leaves nothing behind. */
  private readonly waiting = new Set<Waiter>();

  /** Adds one that is called once; the returned function withdraws. */
  add(listener: () => void): () => void {
    const waiter = { listener };
    this.waiting.add(waiter);
    return () => void this.waiting.delete(waiter);
  }

  /**
   * Calls one after the other while `limit` has a slot free.
   *
   * @throws what the first of them has thrown, once all have been called.
   */
  wake(limit: Pick<Limit, 'inFlight' | 'concurrency'>): void {
    let thrown: { readonly error: unknown } | null = null;
    // One that was called may have no use for the slot any more, so the next is called while it is free.
    for (const waiter of this.waiting) {
      if (limit.inFlight >= limit.concurrency) break;
      this.waiting.delete(waiter);
      try {
        waiter.listener();
      } catch (error) {
        thrown ??= { error };
      }
    }
    if (thrown !== null) throw thrown.error;
  }
}
