/** Binary min-heap: the item for which `before(a, b)` holds against all others comes out first. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #before: (a: T, b: T) => boolean;

  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  pop(): T | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (items.length > 0) this.#sink(last as T);
    return top;
  }

  /**
   * Puts `item` in place of the root: a hole sinks to the bottom along the children that come first, and
   * the item rises from there. It was a leaf and mostly ends near one, so this compares half as
   * often as sinking the item itself (Wegener, "Bottom-up heapsort", 1993).
   */
  #sink(item: T): void {
    const items = this.#items;
    const { length } = items;
    let hole = 0;
    for (let child = 1; child < length; child = 2 * hole + 1) {
      if (child + 1 < length && this.#before(items[child + 1] as T, items[child] as T)) child++;
      items[hole] = items[child] as T;
      hole = child;
    }
    this.#rise(item, hole);
  }

  /** Puts `item` into the hole, or above it as long as it comes before what is there. */
  #rise(item: T, from: number): void {
    const items = this.#items;
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.#before(item, items[parent] as T)) break;
      items[hole] = items[parent] as T;
      hole = parent;
    }
    items[hole] = item;
  }
}
