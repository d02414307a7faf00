import { checkInteger } from '../../kernel/checks.ts';
import type { Limit } from './limit.ts';
import { callHolding, nestedLimit } from './nested.ts';

/**
 * A limit of always `concurrency` slots, to be shared by several runs.
 *
 * @throws OptionError unless `concurrency` is an integer from 1 up, or Infinity.
 */
export function fixedLimit(concurrency: number): Limit {
  checkInteger('concurrency', concurrency, { min: 1, orInfinity: true });
  return new FixedLimit(concurrency);
}

interface Waiter {
  readonly listener: () => void;
}

class FixedLimit implements Limit {
  readonly concurrency: number;
  /** In the order in which they began to wait; a set, so that who withdraws leaves nothing behind. */
  readonly #waiters = new Set<Waiter>();
  #inFlight = 0;

  constructor(concurrency: number) {
    this.concurrency = concurrency;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  tryAcquire(): boolean {
    if (this.#inFlight >= this.concurrency) return false;
    this.#inFlight++;
    return true;
  }

  release(): void {
    this.#inFlight--;
    // One that was called may have no use for the slot any more, so the next is called while it is free.
    for (const waiter of this.#waiters) {
      if (this.#inFlight >= this.concurrency) break;
      this.#waiters.delete(waiter);
      waiter.listener();
    }
  }

  whenFree(listener: () => void): () => void {
    const waiter = { listener };
    this.#waiters.add(waiter);
    return () => void this.#waiters.delete(waiter);
  }

  here(): Limit {
    return nestedLimit(this);
  }

  holding<V>(call: () => V): V {
    return callHolding(this, call);
  }
}
