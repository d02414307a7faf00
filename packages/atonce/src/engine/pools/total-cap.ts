import { fixedLimit } from '../limits/fixed-limit.ts';
import type { Limit } from '../limits/limit.ts';
import { nestedLimit } from '../limits/nested.ts';
import type { Slice } from '../slice.ts';

/** A pool, as far as the cap over all of them is concerned. */
export interface CappedPool {
  /** Starts one call or calls one waiter, if there is one and room for it. */
  startNext(): boolean;
}

/** What all pools together may have in flight, given out to them in turn. */
export class TotalCap {
  /** Its slots. Holders are tracked by it too, so that it knows who asks from within one. */
  readonly slots: Limit;
  private readonly slice: Slice;
  private readonly pools: CappedPool[] = [];
  private turn = 0;
  private dispatching = false;

  constructor(total: number, slice: Slice) {
    this.slots = fixedLimit(total);
    this.slice = slice;
  }

  add(pool: CappedPool): void {
    this.pools.push(pool);
  }

  get free(): boolean {
    return this.slots.inFlight < this.slots.concurrency;
  }

  /** Whether who asks holds a slot already, or is nested in a task that does. */
  isHeldHere(): boolean {
    return nestedLimit(this.slots) !== this.slots;
  }

  /** Lets the pools start what they can, one call each in turn. */
  dispatch(): void {
    if (this.dispatching) return;
    this.dispatching = true;
    this.slice.begin();
    try {
      for (let idle = 0; idle < this.pools.length;) {
        const pool = this.pools[this.turn] as CappedPool;
        this.turn = (this.turn + 1) % this.pools.length;
        idle = pool.startNext() ? 0 : idle + 1;
      }
    } finally {
      this.dispatching = false;
    }
  }
}
