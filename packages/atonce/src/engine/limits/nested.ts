import { type AsyncStore, hostModule } from '../host.ts';
import type { Limit } from './limit.ts';

/** The slot that a running task holds, with the limit it is from. */
export interface HeldSlot {
  readonly limit: Limit;
  /** The slot of the task that the holder is nested in; null for none. */
  readonly outer: HeldSlot | null;
  lent: boolean;
  /** Its holder has ended, so that there is nothing to lend any more. */
  over: boolean;
  /** Gives the slot back, for a holder that has ended while it was lent. */
  giveBack: (() => void) | null;
  readonly waiting: Set<() => void>;
}

const nativeThen = Promise.prototype.then;

let heldSlots: AsyncStore<HeldSlot | null> | null | undefined;

/** Which slot the present async context holds can only be told where the host tracks contexts. */
function store(): AsyncStore<HeldSlot | null> | null {
  if (heldSlots === undefined) {
    const hooks = hostModule('node:async_hooks');
    heldSlots = hooks === undefined ? null : new hooks.AsyncLocalStorage<HeldSlot | null>();
  }
  return heldSlots;
}

/** The innermost slot that the present async context holds and whose holder goes on; null for none. */
export function heldHere(): HeldSlot | null {
  let held = store()?.getStore() ?? null;
  while (held !== null && held.over) held = held.outer;
  return held;
}

/** A slot of `limit` for a task that is about to be called; `outer` is the one of whoever asked for it. */
export function heldSlot(limit: Limit, outer: HeldSlot | null): HeldSlot {
  return { limit, outer, lent: false, over: false, giveBack: null, waiting: new Set() };
}

/**
 * Calls a task in a context that knows it holds a slot of `limit`. Who starts what has waited says in
 * which context it was asked for: the present one is that of whoever has set a slot free.
 */
export function callHolding<R>(
  limit: Limit,
  call: () => R,
  outer: HeldSlot | null = heldHere(),
): R {
  return callWith(heldSlot(limit, outer), call);
}

/** Calls the task that holds this slot. */
export function callWith<R>(slot: HeldSlot, call: () => R): R {
  const contexts = store();
  if (contexts === null) return call();
  const end = (): void => {
    slot.over = true;
  };
  let result: R | undefined;
  try {
    result = contexts.run(slot, call);
    return result;
  } finally {
    if (typeof result !== 'object' || result === null) end();
    // Not of other thenables: some do their work once more each time they are asked.
    else if (result.constructor === Promise)
      void nativeThen.call(result as Promise<unknown>, end, end);
  }
}

/** Ends the use of a slot by its holder; whoever has borrowed it goes on with it and gives it back then. */
export function endHolding(slot: HeldSlot, giveBack: () => void): void {
  slot.over = true;
  if (slot.lent) slot.giveBack = giveBack;
  else giveBack();
}

/**
 * The limit as a run started here should see it. A task that holds a slot and waits for a nested run
 * on the same limit would otherwise wait for itself: the nested run may use that slot, one task at
 * a time, since its holder only waits meanwhile.
 */
export function nestedLimit(limit: Limit): Limit {
  let held = heldHere();
  while (held !== null && (held.limit !== limit || held.over)) held = held.outer;
  return held === null ? limit : borrowing(limit, held);
}

/** The limit as who may use this slot of it should see it, while its holder waits. */
export function borrowing(limit: Limit, slot: HeldSlot): Limit {
  return new NestedLimit(limit, slot);
}

/**
 * The listener, to be called in the context in which it is given here. Otherwise that would be the one of
 * whoever sets a slot free, and what the listener starts would take that one's slots for its own.
 */
export function inThisContext(listener: () => void): () => void {
  const contexts = store();
  if (contexts === null) return listener;
  const held = heldHere();
  return () => contexts.run(held, listener);
}

class NestedLimit implements Limit {
  readonly #limit: Limit;
  readonly #held: HeldSlot;
  #borrowing = false;

  constructor(limit: Limit, held: HeldSlot) {
    this.#limit = limit;
    this.#held = held;
  }

  get concurrency(): number {
    return this.#limit.concurrency;
  }

  get inFlight(): number {
    return this.#limit.inFlight;
  }

  tryAcquire(): boolean {
    if (!this.#held.lent && !this.#held.over) {
      this.#held.lent = true;
      this.#borrowing = true;
      return true;
    }
    return this.#limit.tryAcquire();
  }

  release(...[result, durationMs]: Parameters<Limit['release']>): void {
    // Slots are alike, so the borrowed one is returned first whichever task ended.
    if (!this.#borrowing) return this.#limit.release(result, durationMs);
    this.#borrowing = false;
    this.#held.lent = false;
    const { giveBack } = this.#held;
    this.#held.giveBack = null;
    if (giveBack !== null) return giveBack();
    for (const listener of this.#held.waiting) {
      if (this.#held.lent || this.#held.over) break;
      listener();
    }
  }

  whenFree(listener: () => void): () => void {
    const { waiting } = this.#held;
    const call = inThisContext(listener);
    const once = (): void => {
      withdraw();
      call();
    };
    const withdrawOuter = this.#limit.whenFree(once);
    const withdraw = (): void => {
      withdrawOuter();
      waiting.delete(once);
    };
    waiting.add(once);
    return withdraw;
  }
}
