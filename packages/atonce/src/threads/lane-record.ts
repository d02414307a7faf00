import { Typical } from './typical.ts';

/** Items and values kept to learn what copying them would cost. */
const MAX_SAMPLES = 16;

/** What the calling thread has done of a run, and what it took. */
export class LaneRecord {
  /** Inputs and results of late, as long as somebody wants them. */
  samples: unknown[] | undefined = [];
  /** Items finished. */
  done = 0;
  /** Wall time they took. */
  workMs = 0;
  /** CPU time of the process in synchronous slices, and their wall time. */
  cpuMs = 0;
  sliceMs = 0;
  /** Items that returned promises, and the time spent in the calls themselves. */
  asyncDone = 0;
  asyncCallMs = 0;
  asyncMs = 0;
  readonly #typical = new Typical();

  /** Median running time of an item of late. */
  get typicalMs(): number | undefined {
    return this.#typical.value;
  }

  /** Mean running time of an item. */
  get itemMs(): number | undefined {
    return this.done === 0 ? undefined : this.workMs / this.done;
  }

  /** Items that took so long together, one after another. */
  finished(count: number, ms: number): void {
    if (count === 0) return;
    this.#typical.add(ms / count);
    this.done += count;
    this.workMs += ms;
  }

  /** An item that had answered with a promise, after `callMs`. */
  finishedLater(ms: number, callMs: number): void {
    this.done++;
    this.workMs += ms;
    this.asyncDone++;
    this.asyncMs += ms;
    this.asyncCallMs += callMs;
  }

  get wantsSamples(): boolean {
    return this.samples !== undefined && this.samples.length < MAX_SAMPLES;
  }

  /** Keeps an item and its value, while some are wanted. */
  sample(item: unknown, value: unknown): void {
    if (this.wantsSamples) this.samples?.push(item, value);
  }
}
