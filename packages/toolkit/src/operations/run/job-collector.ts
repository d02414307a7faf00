import type { JobEvent, JobRecord } from '../../runs/report.ts';

/** A JSON document with more jobs than this helps nobody; a job log holds any number. */
export const MOST_JOBS_IN_JSON = 10_000;

/** Keeps the records of jobs for the JSON document, when there is to be one. */
export class JobCollector {
  readonly #wanted: boolean;
  readonly #records: JobRecord[] = [];
  #leftOut = 0;

  constructor(wanted: boolean) {
    this.#wanted = wanted;
  }

  add(event: JobEvent): void {
    if (!this.#wanted || event.type !== 'finished') return;
    if (this.#records.length < MOST_JOBS_IN_JSON) this.#records.push(event.job);
    else this.#leftOut += 1;
  }

  /** In input order. */
  get records(): readonly JobRecord[] {
    return this.#records.toSorted((a, b) => a.sequence - b.sequence);
  }

  /** How many jobs ended that are not in `records`. */
  get leftOut(): number {
    return this.#leftOut;
  }
}
