import type { LaneRecord } from './lane-record.ts';
import { computingShare } from './work-class.ts';

/** What a slice still weighs after another one. */
const MEMORY = 0.8;

/** Learns, slice by slice, what an item costs on the calling thread. */
export class InlineCost {
  readonly #record: LaneRecord;
  #items = 0;
  #workMs = 0;
  #seen = { items: 0, workMs: 0, cpuMs: 0, sliceMs: 0 };

  constructor(record: LaneRecord) {
    this.#record = record;
  }

  /** Undefined before the first item. */
  get itemMs(): number | undefined {
    return this.#items === 0 ? undefined : this.#workMs / this.#items;
  }

  /** Takes in what the lane has done since the last time. */
  learn(): void {
    const { done, workMs, cpuMs, sliceMs } = this.#record;
    const before = this.#seen;
    if (done === before.items) return;
    const share = computingShare(cpuMs - before.cpuMs, sliceMs - before.sliceMs);
    this.#items = this.#items * MEMORY + done - before.items;
    this.#workMs = this.#workMs * MEMORY + (workMs - before.workMs) * share;
    this.#seen = { items: done, workMs, cpuMs, sliceMs };
  }
}
