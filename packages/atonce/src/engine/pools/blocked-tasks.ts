import type { Limit } from '../limits/limit.ts';
import { borrowing, type HeldSlot } from '../limits/nested.ts';

/** A pool whose slots are lent while their holders wait for calls in other pools. */
export interface LendingPool extends Limit {
  /** Starts nested calls that wait for a slot, on slots of tasks that wait themselves. */
  lend(): void;
}

/**
 * The tasks that wait for a call of theirs in another pool, which has no slot for it:
 *
 *     task in a ──waits for──→ call in b      pool b is full
 *     task in b ──waits for──→ call in a      pool a is full
 *
 * Without more each would wait for the other for ever. But a task that waits does nothing with its slot,
 * so that goes to a call that waits in its pool and that itself keeps a task of another pool waiting.
 */
export class BlockedTasks {
  /** For each pool the slots of its tasks that wait, with the number of calls they wait for. */
  private readonly pools = new Map<Limit, Map<HeldSlot, number>>();

  add(pool: LendingPool): void {
    this.pools.set(pool, new Map());
  }

  /** Whether this slot, or one of those around it, is of a pool here. */
  knows(held: HeldSlot): boolean {
    return this.slotsFrom(held).length > 0;
  }

  /** The task that holds this slot begins to wait for one more call, and all those that wait for the task. */
  begin(held: HeldSlot): void {
    const holders = this.slotsFrom(held);
    for (const slot of holders) {
      const slots = this.pools.get(slot.limit);
      slots?.set(slot, (slots.get(slot) ?? 0) + 1);
    }
    for (const { limit } of holders) (limit as LendingPool).lend();
  }

  /** One of the calls it waits for has been started or withdrawn. */
  end(held: HeldSlot): void {
    for (const slot of this.slotsFrom(held)) {
      const slots = this.pools.get(slot.limit);
      const left = (slots?.get(slot) ?? 0) - 1;
      if (left > 0) slots?.set(slot, left);
      else slots?.delete(slot);
    }
  }

  /** Borrows the slot of a task of `pool` that waits; null when there is none to be lent. */
  borrow(pool: LendingPool): Limit | null {
    for (const slot of this.pools.get(pool)?.keys() ?? []) {
      if (slot.lent || slot.over) continue;
      const lender = borrowing(pool, slot);
      lender.tryAcquire();
      return lender;
    }
    return null;
  }

  private slotsFrom(held: HeldSlot): HeldSlot[] {
    const found: HeldSlot[] = [];
    for (let slot: HeldSlot | null = held; slot !== null; slot = slot.outer)
      if (this.pools.has(slot.limit)) found.push(slot);
    return found;
  }
}
