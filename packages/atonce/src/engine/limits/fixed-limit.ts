import { checkInteger } from '../../kernel/checks.ts';
import { RingBuffer } from '../../kernel/ring-buffer.ts';
import type { Limit } from './limit.ts';

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
  listener: (() => void) | null;
}

class FixedLimit implements Limit {
  readonly concurrency: number;
  readonly #waiters = new RingBuffer<Waiter>();
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
    while (this.#inFlight < this.concurrency && this.#waiters.size > 0)
      this.#waiters.shift()?.listener?.();
  }

  whenFree(listener: () => void): () => void {
    const waiter: Waiter = { listener };
    this.#waiters.push(waiter);
    return () => {
      waiter.listener = null;
    };
  }
}
