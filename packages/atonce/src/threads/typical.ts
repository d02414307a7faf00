/** Values looked at. */
const LOOKED_AT = 15;

/** The median of the last few values: what is usual, however large the exceptions. */
export class Typical {
  readonly #values: number[] = [];
  #next = 0;

  add(value: number): void {
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % LOOKED_AT;
  }

  /** Undefined until there are enough values. */
  get value(): number | undefined {
    if (this.#values.length < LOOKED_AT / 3) return undefined;
    return this.#values.toSorted((a, b) => a - b)[this.#values.length >> 1];
  }
}
