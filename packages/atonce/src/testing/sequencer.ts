import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers';
import { checkInteger } from '../kernel/checks.ts';

/** Puts points of several tasks into one order: `await sequence(0)` here, `await sequence(1)` there. */
export interface Sequencer {
  /**
   * Waits until all points before this one were passed. What follows it runs, up to its next wait
   * for something outside, before the next point is passed.
   *
   * @throws AssertionError when the point was used before, or the sequence is closed.
   */
  (point: number): Promise<void>;
  /**
   * Ends the sequence. Call it when all tasks should be through.
   *
   * @throws AssertionError when a point was skipped, so that later ones still wait; they are rejected
   * with the same error.
   */
  close(): void;
}

/**
 * Makes a sequencer, after the one of Python's trio: it forces the interleaving of tasks that a
 * test wants to see. Points are the whole numbers from 0.
 */
export function sequencer(): Sequencer {
  const order = new Order();
  return Object.assign((point: number) => order.wait(point), { close: () => order.close() });
}

interface Waiter {
  readonly pass: () => void;
  readonly fail: (error: unknown) => void;
}

class Order {
  readonly #waiting = new Map<number, Waiter>();
  readonly #used = new Set<number>();
  #next = 0;
  #passing = false;
  #closed = false;

  async wait(point: number): Promise<void> {
    checkInteger('point', point, { min: 0 });
    assert(!this.#closed, `point ${point} was reached after the sequence was closed`);
    assert(!this.#used.has(point), `point ${point} was used twice`);
    this.#used.add(point);
    return new Promise((pass, fail) => {
      this.#waiting.set(point, { pass, fail });
      this.#passNext();
    });
  }

  close(): void {
    this.#closed = true;
    const waiting = [...this.#waiting.keys()].sort((a, b) => a - b);
    const gap = waiting.findIndex((point, index) => point !== this.#next + index);
    if (gap < 0) return;
    const late = waiting.slice(gap);
    const message = `point ${this.#next + gap} was skipped; still waiting: ${late.join(', ')}`;
    const error = new assert.AssertionError({ message });
    for (const point of late) this.#waiting.get(point)?.fail(error);
    throw error;
  }

  /** Lets one point pass, and looks for the next only when what followed it has come to rest. */
  #passNext(): void {
    const waiter = this.#waiting.get(this.#next);
    if (this.#passing || waiter === undefined) return;
    this.#waiting.delete(this.#next++);
    this.#passing = true;
    waiter.pass();
    setImmediate(() => {
      this.#passing = false;
      this.#passNext();
    });
  }
}
