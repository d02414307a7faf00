import type { Limit, SlotResult } from '../../../src/engine/limits/limit.ts';

/** A limit as one operation uses it: counts what that operation holds and waits for. */
export class WatchedLimit implements Limit {
  private readonly limit: Limit;
  private readonly use: LimitUse;

  constructor(limit: Limit, use: LimitUse) {
    this.limit = limit;
    this.use = use;
  }

  get concurrency(): number {
    return this.limit.concurrency;
  }

  get inFlight(): number {
    return this.limit.inFlight;
  }

  tryAcquire(): boolean {
    const before = this.inFlight;
    if (!this.limit.tryAcquire()) return false;
    this.use.held++;
    const { inFlight, concurrency } = this;
    // A slot that was lent was in flight before.
    if (inFlight > before && inFlight > concurrency)
      this.use.fault(`let ${inFlight} through, it has ${concurrency}`);
    return true;
  }

  release(result: SlotResult, durationMs: number): void {
    this.use.held--;
    if (this.use.held < 0) this.use.fault('gave back a slot that it did not hold');
    this.limit.release(result, durationMs);
  }

  whenFree(listener: () => void): () => void {
    const { use } = this;
    let isWaiting = true;
    const done = (): void => {
      if (isWaiting) use.waiting--;
      isWaiting = false;
    };
    use.waiting++;
    const withdraw = this.limit.whenFree(() => {
      done();
      listener();
    });
    return () => {
      done();
      withdraw();
    };
  }

  here(): Limit {
    const here = this.limit.here?.() ?? this.limit;
    return here === this.limit ? this : new WatchedLimit(here, this.use);
  }

  holding<V>(call: () => V): V {
    return this.limit.holding === undefined ? call() : this.limit.holding(call);
  }
}

/** What one operation has of one limit. */
export interface LimitUse {
  held: number;
  waiting: number;
  fault(text: string): void;
}
