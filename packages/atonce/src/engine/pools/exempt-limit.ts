import type { Limit, SlotResult } from '../limits/limit.ts';

/** A limit that can be asked to leave the cap over all pools aside. */
interface CappedLimit extends Limit {
  tryAcquire(exempt?: boolean): boolean;
  release(result: SlotResult, durationMs: number, exempt?: boolean): void;
  whenFree(listener: () => void, exempt?: boolean): () => void;
}

/**
 * A pool as a run sees it that was started inside a task with a share of the cap: it counts as part of
 * that task, which otherwise might wait for a share that only its own end would free.
 */
export class ExemptLimit implements Limit {
  private readonly pool: CappedLimit;

  constructor(pool: CappedLimit) {
    this.pool = pool;
  }

  get concurrency(): number {
    return this.pool.concurrency;
  }

  get inFlight(): number {
    return this.pool.inFlight;
  }

  tryAcquire(): boolean {
    return this.pool.tryAcquire(true);
  }

  release(result: SlotResult, durationMs: number): void {
    this.pool.release(result, durationMs, true);
  }

  whenFree(listener: () => void): () => void {
    return this.pool.whenFree(listener, true);
  }
}
