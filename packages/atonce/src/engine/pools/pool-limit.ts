import type { Limit, SlotResult } from '../limits/limit.ts';
import {
  callWith,
  type HeldSlot,
  heldHere,
  heldSlot,
  inThisContext,
  nestedLimit,
} from '../limits/nested.ts';
import type { LendingPool } from './blocked-tasks.ts';
import type { CallQueue } from './call-queue.ts';
import { SlotWaiter } from './call.ts';
import { ExemptLimit } from './exempt-limit.ts';
import type { Slots } from './slots.ts';
import type { TotalCap } from './total-cap.ts';
import type { Tracking } from './tracking.ts';

/** What a limit has in common with its pool. */
export interface PoolLimitParts {
  readonly slots: Slots;
  readonly queue: CallQueue;
  readonly cap: TotalCap | null;
  readonly tracking: Tracking;
}

/** The pool behind a limit. */
export interface LimitedPool {
  /** A slot has been given back. */
  freed(): void;
  /** Somebody does not wait for a slot any more. */
  tellIfIdle(): void;
  /** Starts nested calls on slots of tasks that wait themselves. */
  lend(): void;
}

/** A pool's face as a limit: runs take its slots in turn with its calls. It is what tasks hold a slot of. */
export class PoolLimit implements LendingPool {
  private readonly pool: LimitedPool;
  private readonly slots: Slots;
  private readonly queue: CallQueue;
  private readonly cap: TotalCap | null;
  private readonly tracking: Tracking;

  constructor(pool: LimitedPool, { slots, queue, cap, tracking }: PoolLimitParts) {
    this.pool = pool;
    this.slots = slots;
    this.queue = queue;
    this.cap = cap;
    this.tracking = tracking;
  }

  get concurrency(): number {
    return this.slots.concurrency;
  }

  get inFlight(): number {
    return this.slots.inFlight;
  }

  tryAcquire(exempt = false): boolean {
    this.tracking.turnOn();
    return this.slots.take(exempt);
  }

  release(result: SlotResult, durationMs: number, exempt = false): void {
    this.slots.give(result, durationMs, exempt);
    this.pool.freed();
  }

  whenFree(listener: () => void, exempt = false): () => void {
    const waiter = new SlotWaiter(inThisContext(listener), exempt);
    this.queue.addWaiter(waiter);
    return () => {
      waiter.line?.withdraw(waiter);
      this.pool.tellIfIdle();
    };
  }

  here(): Limit {
    const lender = nestedLimit(this);
    return lender === this && this.cap?.isHeldHere() === true ? new ExemptLimit(this) : lender;
  }

  holding<V>(call: () => V): V {
    return this.holdingWithin(heldHere(), call);
  }

  /** Calls a task as the holder of a slot, within a share of the cap if there is a cap; `outer` is held by whoever asked. */
  holdingWithin<V>(outer: HeldSlot | null, call: (slot: HeldSlot) => V): V {
    if (this.cap === null) return this.holdingSlot(outer, call);
    const share = heldSlot(this.cap.slots, outer);
    return callWith(share, () => this.holdingSlot(share, call));
  }

  private holdingSlot<V>(outer: HeldSlot | null, call: (slot: HeldSlot) => V): V {
    const slot = heldSlot(this, outer);
    return callWith(slot, () => call(slot));
  }

  lend(): void {
    this.pool.lend();
  }
}
