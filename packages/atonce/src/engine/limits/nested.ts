import { type AsyncStore, hostModule } from '../host.ts';
import type { Limit } from './limit.ts';

/** The slot that a running task holds, with the limit it is from. */
interface HeldSlot {
  readonly limit: Limit;
  readonly outer: HeldSlot | undefined;
  lent: boolean;
  /** Its holder has ended, so that there is nothing to lend any more. */
  over: boolean;
  readonly waiting: Set<() => void>;
}

const nativeThen = Promise.prototype.then;

let heldSlots: AsyncStore<HeldSlot> | null | undefined;

/** Which slot the present async context holds can only be told where the host tracks contexts. */
function store(): AsyncStore<HeldSlot> | null {
  if (heldSlots === undefined) {
    const hooks = hostModule('node:async_hooks');
    heldSlots = hooks === undefined ? null : new hooks.AsyncLocalStorage<HeldSlot>();
  }
  return heldSlots;
}

/** Calls a task in a context that knows it holds a slot of `limit`. */
export function callHolding<R>(limit: Limit, call: () => R): R {
  const contexts = store();
  if (contexts === null) return call();
  const outer = contexts.getStore();
  const slot: HeldSlot = { limit, outer, lent: false, over: false, waiting: new Set() };
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

/**
 * The limit as a run started here should see it. A task that holds a slot and waits for a nested run
 * on the same limit would otherwise wait for itself: the nested run may use that slot, one task at
 * a time, since its holder only waits meanwhile.
 */
export function nestedLimit(limit: Limit): Limit {
  let held = store()?.getStore();
  while (held !== undefined && held.limit !== limit) held = held.outer;
  return held === undefined ? limit : new NestedLimit(limit, held);
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
    for (const listener of this.#held.waiting) {
      if (this.#held.lent || this.#held.over) break;
      listener();
    }
  }

  whenFree(listener: () => void): () => void {
    const { waiting } = this.#held;
    const once = (): void => {
      withdraw();
      listener();
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
