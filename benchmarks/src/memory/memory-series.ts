import type { SeriesPoint } from '../harness/benchmark.ts';

/** Reads the memory at even distances of a run. */
export class MemorySeries {
  readonly #every: number;
  readonly #points: SeriesPoint[] = [];
  #next: number;

  constructor(items: number, readings: number) {
    this.#every = Math.max(1, Math.floor(items / readings));
    this.#next = this.#every;
  }

  /** Notes the memory when it is time. */
  passed(items: number): void {
    if (items < this.#next) return;
    this.#next += this.#every;
    this.read(items, false);
  }

  /** Notes the memory now; `collected` after everything unused is gone. */
  read(items: number, collected: boolean): void {
    const { rss, heapUsed } = process.memoryUsage();
    const point = { items, 'RSS MB': rss / 1e6, 'heap MB': heapUsed / 1e6 };
    if (collected) globalThis.gc?.();
    const kept = collected ? { 'kept MB': process.memoryUsage().heapUsed / 1e6 } : {};
    this.#points.push({ ...point, ...kept });
  }

  get points(): readonly SeriesPoint[] {
    return this.#points;
  }
}
