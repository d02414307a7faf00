import type { Json, ModuleItem } from './request.ts';

/** An item without a value. */
export interface BadItem {
  /** Its place in the input, from 0. */
  readonly index: number;
  readonly message: string;
}

/** So many bad items wait for the results before them, at most. */
const MOST_WAITING = 1_000;

/**
 * Keeps items that have no value out of the engine's way, and knows where in the input each of the
 * others stood. Bad items are told between the results of their neighbours.
 */
export class NumberedItems {
  readonly #items: Iterable<ModuleItem> | AsyncIterable<ModuleItem>;
  readonly #tell: (bad: BadItem) => void | Promise<void>;
  /** Places in the input of the items the engine has and has not answered yet. */
  readonly #places = new Map<number, number>();
  #waiting: BadItem[] = [];
  #resume: (() => void) | undefined;

  constructor(
    items: Iterable<ModuleItem> | AsyncIterable<ModuleItem>,
    tell: (bad: BadItem) => void | Promise<void>,
  ) {
    this.#items = items;
    this.#tell = tell;
  }

  /** The values, for the engine. */
  async *values(): AsyncGenerator<Json> {
    let index = 0;
    let taken = 0;
    for await (const item of this.#items) {
      const place = index++;
      if (item.ok) {
        this.#places.set(taken++, place);
        yield item.value;
        continue;
      }
      this.#waiting.push({ index: place, message: item.message });
      if (this.#places.size === 0) await this.tellUpTo(Infinity);
      else if (this.#waiting.length >= MOST_WAITING) await this.#room();
    }
  }

  /** The place in the input of an item that the engine has. */
  placeOf(engineIndex: number): number {
    return this.#places.get(engineIndex) ?? engineIndex;
  }

  /** The engine has answered an item. */
  answered(engineIndex: number): void {
    this.#places.delete(engineIndex);
  }

  /** How many items the engine has and has not answered. */
  get unanswered(): number {
    return this.#places.size;
  }

  /** Tells the bad items before a place. */
  async tellUpTo(place: number): Promise<void> {
    let told = 0;
    for (const bad of this.#waiting) {
      if (bad.index >= place) break;
      told++;
      await this.#tell(bad);
    }
    this.#waiting = this.#waiting.slice(told);
    this.#resume?.();
  }

  async #room(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#resume = resolve;
    });
    this.#resume = undefined;
  }
}
