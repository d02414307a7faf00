/** First-in-first-out queue on a circular array that doubles when full; push and shift are O(1). */
export class RingBuffer<T> {
  #slots: (T | undefined)[] = Array.from({ length: 16 });
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  peek(): T | undefined {
    return this.#size === 0 ? undefined : this.#slots[this.#head];
  }

  push(item: T): void {
    if (this.#size === this.#slots.length) this.#grow();
    this.#slots[(this.#head + this.#size) & (this.#slots.length - 1)] = item;
    this.#size++;
  }

  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#slots[this.#head];
    // Cleared so that a long-lived queue does not keep what it has given away.
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.#size--;
    return item;
  }

  clear(): void {
    this.#slots = Array.from({ length: 16 });
    this.#head = 0;
    this.#size = 0;
  }

  #grow(): void {
    const old = this.#slots;
    // Lengths stay powers of two so that the index wraps with a mask.
    this.#slots = [
      ...old.slice(this.#head),
      ...old.slice(0, this.#head),
      ...Array.from<undefined>({ length: old.length }),
    ];
    this.#head = 0;
  }
}
