/** Numbers for jobs that run at the same time, from 1: the lowest free one first. */
export class Slots {
  readonly #taken: boolean[] = [];
  #lowest = 1;

  take(): number {
    const slot = this.#lowest;
    this.#taken[slot] = true;
    do this.#lowest++;
    while (this.#taken[this.#lowest] === true);
    return slot;
  }

  release(slot: number): void {
    this.#taken[slot] = false;
    if (slot < this.#lowest) this.#lowest = slot;
  }
}
