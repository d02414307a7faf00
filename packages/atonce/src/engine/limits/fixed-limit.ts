import { checkInteger } from '../../kernel/checks.ts';
import type { Limit } from './limit.ts';
import { callHolding, inThisContext, nestedLimit } from './nested.ts';
import { Waiters } from './waiters.ts';

/**
 * A limit of always `concurrency` slots, to be shared by several runs.
 *
 * @throws OptionError unless `concurrency` is an integer from 1 up, or Infinity.
 */
export function fixedLimit(concurrency: number): Limit {
  checkInteger('concurrency', concurrency, { min: 1, orInfinity: true });
  return new FixedLimit(concurrency);
}

class FixedLimit implements Limit {
  readonly concurrency: number;
  readonly #waiters = new Waiters();
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
    this.#waiters.wake(this);
  }

  whenFree(listener: () => void): () => void {
    return this.#waiters.add(inThisContext(listener));
  }

  here(): Limit {
    return nestedLimit(this);
  }

  holding<V>(call: () => V): V {
    return callHolding(this, call);
  }
}
