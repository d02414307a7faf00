import { type AsyncStore, hostModule } from '../host.ts';
import { RingBuffer } from '../../kernel/ring-buffer.ts';
import type { Limit } from './limit.ts';

/** The slot that a running task holds, with the limit it is from. */
interface HeldSlot {
  readonly limit: Limit;
  readonly outer: HeldSlot | undefined;
  lent: boolean;
  readonly waiting: RingBuffer<() => void>;
}

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
  return contexts.run(
    { limit, outer: contexts.getStore(), lent: false, waiting: new RingBuffer() },
    call,
  );
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
    if (!this.#held.lent) {
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
    while (!this.#held.lent && this.#held.waiting.size > 0) this.#held.waiting.shift()?.();
  }

  whenFree(listener: () => void): () => void {
    let called = false;
    const once = (): void => {
      if (called) return;
      called = true;
      withdraw();
      listener();
    };
    const withdraw = this.#limit.whenFree(once);
    this.#held.waiting.push(once);
    return () => {
      called = true;
      withdraw();
    };
  }
}
