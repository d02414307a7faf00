import type { Attempt, RunnerEvents } from '../engine/runner.ts';
import type { TaskContext } from '../engine/task.ts';

/** What a task executed on the calling thread is told beside its item. */
export class LaneContext implements TaskContext {
  readonly index: number;
  readonly attempt: number;
  readonly #entry: Attempt<unknown>;
  readonly #events: RunnerEvents<never>;
  #controller: AbortController | undefined;
  #aborted: { readonly reason: unknown } | undefined;
  #over = false;

  constructor(entry: Attempt<unknown>, events: RunnerEvents<never>) {
    this.index = entry.index;
    this.attempt = entry.attempt;
    this.#entry = entry;
    this.#events = events;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted.reason);
    }
    return this.#controller.signal;
  }

  report(data: unknown): void {
    if (!this.#over) this.#events.reported(this.#entry, data);
  }

  abort(reason: unknown): void {
    if (this.#over || this.#aborted !== undefined) return;
    this.#aborted = { reason };
    this.#controller?.abort(reason);
  }

  /** The attempt has settled: its entry may be somebody else's by now. */
  finish(): void {
    this.#over = true;
  }

  get over(): boolean {
    return this.#over;
  }
}
