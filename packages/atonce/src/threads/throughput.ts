import type { ChunkFacts } from './chunk-size.ts';
import { coldMs } from './placement.ts';
import { Typical } from './typical.ts';

/** A window shorter than this says nothing about throughput. */
const WINDOW_MS = 50;

/** Some time of the workers' work. */
export interface ThroughputWindow {
  readonly items: number;
  /** Sum of the items' running times. */
  readonly workMs: number;
  /** Time it took, without what new code cost. */
  readonly wallMs: number;
  /** Median running time of an item, roughly. */
  readonly typicalMs: number | undefined;
}

/** What workers really give in a time, window after window. */
export class Throughput {
  readonly #pool: { readonly coldItems: number };
  #openedAt = 0;
  #doneBefore = 0;
  #coldBefore = 0;
  #workMs = 0;
  #typical = new Typical();

  constructor(pool: { readonly coldItems: number }) {
    this.#pool = pool;
    this.open(0);
  }

  /** Begins a window when so many items are `done`. */
  open(done: number): void {
    this.#openedAt = performance.now();
    this.#doneBefore = done;
    this.#coldBefore = this.#pool.coldItems;
    this.#workMs = 0;
    this.#typical = new Typical();
  }

  record({ workMs, typicalMs }: ChunkFacts): void {
    this.#workMs += workMs;
    if (typicalMs !== undefined) this.#typical.add(typicalMs);
  }

  /** Ends the window and begins the next one; undefined when it says nothing. */
  next(done: number): ThroughputWindow | undefined {
    // The first window holds the workers' first calls, which tell nothing of the later ones.
    const isFirst = this.#doneBefore === 0;
    const newMs = coldMs(this.#coldBefore - this.#pool.coldItems);
    const wallMs = performance.now() - this.#openedAt - newMs;
    const window = {
      items: done - this.#doneBefore,
      workMs: this.#workMs,
      wallMs,
      typicalMs: this.#typical.value,
    };
    this.open(done);
    return isFirst || wallMs < WINDOW_MS ? undefined : window;
  }
}
