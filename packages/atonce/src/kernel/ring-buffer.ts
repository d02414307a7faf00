/**
 * First-in-first-out queue on a circular array that doubles when full; push and shift are O(1).
 * Private by TypeScript only: `#private` members slow V8 down where every item passes.
 */
export class RingBuffer<T> {
  private slots: (T | undefined)[] = Array.from({ length: 16 });
  private head = 0;
  private count = 0;

  get size(): number {
    return this.count;
  }

  peek(): T | undefined {
    return this.count === 0 ? undefined : this.slots[this.head];
  }

  push(item: T): void {
    if (this.count === this.slots.length) this.grow();
    this.slots[(this.head + this.count) & (this.slots.length - 1)] = item;
    this.count++;
  }

  shift(): T | undefined {
    if (this.count === 0) return undefined;
    const item = this.slots[this.head];
    // Cleared so that a long-lived queue does not keep what it has given away.
    this.slots[this.head] = undefined;
    this.head = (this.head + 1) & (this.slots.length - 1);
    this.count--;
    return item;
  }

  clear(): void {
    this.slots = Array.from({ length: 16 });
    this.head = 0;
    this.count = 0;
  }

  private grow(): void {
    const old = this.slots;
    // Lengths stay powers of two so that the index wraps with a mask.
    this.slots = [
      ...old.slice(this.head),
      ...old.slice(0, this.head),
      ...Array.from<undefined>({ length: old.length }),
    ];
    this.head = 0;
  }
}
