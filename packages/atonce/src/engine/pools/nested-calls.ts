import type { Limit } from '../limits/limit.ts';
import { type HeldSlot, nestedLimit } from '../limits/nested.ts';
import type { BlockedTasks } from './blocked-tasks.ts';
import type { CallQueue } from './call-queue.ts';
import { type CallExtras, PoolCall } from './call.ts';
import type { PoolLimit } from './pool-limit.ts';
import type { Slots } from './slots.ts';
import type { TotalCap } from './total-cap.ts';

/** What nested calls need of their pool. */
export interface NestedCallsParts {
  readonly limit: PoolLimit;
  readonly slots: Slots;
  readonly queue: CallQueue;
  readonly cap: TotalCap | null;
  readonly blocked: BlockedTasks;
  /** Starts a call that has a slot. */
  readonly begin: (call: PoolCall) => void;
}

/**
 * A pool's calls that tasks make which hold slots themselves. Such a call does not queue behind the
 * others, because they may be waiting for the task that made it.
 */
export class NestedCalls {
  private readonly parts: NestedCallsParts;
  /** Calls that wait for the slot of the task that they are nested in, with what withdraws them. */
  private readonly borrowers = new Map<PoolCall, () => void>();

  constructor(parts: NestedCallsParts) {
    this.parts = parts;
  }

  /** Starts a call, or keeps it until it can start; false when it is not nested. */
  take(call: PoolCall, extras: CallExtras): boolean {
    const { limit } = this.parts;
    const lender = nestedLimit(limit);
    if (lender !== limit) this.borrow(call, lender);
    else if (this.isNestedElsewhere(extras.holder)) this.startNested(call, extras);
    else return false;
    return true;
  }

  /** Starts calls that wait, on slots of tasks of this pool that wait themselves. */
  lend(): void {
    const { queue, blocked, limit, begin } = this.parts;
    while (this.borrowers.size > 0 || queue.nested.peek() instanceof PoolCall) {
      const lender = blocked.borrow(limit);
      if (lender === null) return;
      const call = this.next();
      if (call.extras !== null) call.extras.lentBy = lender;
      begin(call);
    }
  }

  /** A call does not wait any more. */
  unblock(extras: CallExtras): void {
    if (extras.blocks === null) return;
    this.parts.blocked.end(extras.blocks);
    extras.blocks = null;
  }

  /** Takes a call out of those that wait for the slot of the task around them. */
  withdraw(call: PoolCall): void {
    this.borrowers.get(call)?.();
    this.borrowers.delete(call);
  }

  /** Withdraws all that wait for the slot of the task around them. */
  close(each: (call: PoolCall) => void): void {
    for (const [call, withdraw] of this.borrowers) {
      withdraw();
      each(call);
    }
    this.borrowers.clear();
  }

  private isNestedElsewhere(holder: HeldSlot | null): boolean {
    const { cap, blocked } = this.parts;
    if (holder === null) return false;
    return cap === null ? blocked.knows(holder) : cap.isHeldHere();
  }

  private startNested(call: PoolCall, extras: CallExtras): void {
    const { slots, queue, begin } = this.parts;
    extras.exempt = true;
    if (slots.take(true)) return begin(call);
    queue.add(call, 'nested');
    this.block(call);
  }

  private borrow(call: PoolCall, lender: Limit): void {
    this.borrowers.delete(call);
    if (lender.tryAcquire()) {
      if (call.extras !== null) call.extras.lentBy = lender;
      return this.parts.begin(call);
    }
    const withdraw = lender.whenFree(() => this.borrow(call, lender));
    this.borrowers.set(call, withdraw);
    this.block(call);
  }

  /** A call begins to wait, and with it the task that made it. */
  private block({ extras }: PoolCall): void {
    if (extras !== null && extras.blocks === null) {
      extras.blocks = extras.holder;
      if (extras.blocks !== null) this.parts.blocked.begin(extras.blocks);
    }
    this.lend();
  }

  /** Takes the next of those that wait. */
  private next(): PoolCall {
    for (const [call, withdraw] of this.borrowers) {
      withdraw();
      this.borrowers.delete(call);
      return call;
    }
    const { queue } = this.parts;
    return queue.take(queue.nested) as PoolCall;
  }
}
