import type { JobOutput } from '../../runs/output/job-output.ts';

/** Output that can wait for its turn. */
export type WaitingOutput = Pick<JobOutput, 'deliver' | 'rest' | 'relieve' | 'discard'>;

/** Hands over the output of tasks in the order of the file: each when all before it are over. */
export class OrderedOutput {
  readonly #deliver: (output: WaitingOutput) => Promise<void>;
  readonly #waiting = new Map<number, WaitingOutput | undefined>();
  #next = 1;
  #delivering: Promise<void> = Promise.resolve();

  constructor(deliver: (output: WaitingOutput) => Promise<void>) {
    this.#deliver = deliver;
  }

  /** The task of this number is over, with output or without. */
  over(sequence: number, output: WaitingOutput | undefined): void {
    if (sequence < this.#next || this.#waiting.has(sequence)) return;
    output?.rest();
    this.#waiting.set(sequence, output);
    while (this.#waiting.has(this.#next)) {
      const next = this.#waiting.get(this.#next);
      this.#waiting.delete(this.#next++);
      if (next !== undefined) this.#delivering = this.#delivering.then(() => this.#deliver(next));
    }
  }

  /** Gives back files while they are short. */
  relieve(): void {
    for (const output of this.#waiting.values()) output?.relieve();
  }

  /** Waits until everything whose turn has come is handed over. */
  async finish(): Promise<void> {
    await this.#delivering;
    for (const output of this.#waiting.values()) output?.discard();
    this.#waiting.clear();
  }
}
