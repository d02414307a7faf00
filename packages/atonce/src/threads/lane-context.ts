import type { Attempt, RunnerEvents } from '../engine/runner.ts';
import type { TaskContext } from '../engine/task.ts';

/**
 * What a task executed on the calling thread is told beside its item. Private by TypeScript only,
 * because one is made for every item.
 */
export class LaneContext implements TaskContext {
  readonly index: number;
  readonly attempt: number;
  /** The attempt has settled: its entry may be somebody else's by now. */
  over = false;
  private readonly entry: Attempt<unknown> | null;
  private readonly events: RunnerEvents<unknown> | null;
  private controller: AbortController | null = null;
  private aborted: { readonly reason: unknown } | null = null;

  /** Without an entry and events nobody listens to what the task reports. */
  constructor(
    index: number,
    attempt: number,
    entry: Attempt<unknown> | null,
    events: RunnerEvents<unknown> | null,
  ) {
    this.index = index;
    this.attempt = attempt;
    this.entry = entry;
    this.events = events;
  }

  get signal(): AbortSignal {
    if (this.controller === null) {
      this.controller = new AbortController();
      if (this.aborted !== null) this.controller.abort(this.aborted.reason);
    }
    return this.controller.signal;
  }

  report(data: unknown): void {
    if (!this.over && this.entry !== null) this.events?.reported(this.entry, data);
  }

  abort(reason: unknown): void {
    if (this.over || this.aborted !== null) return;
    this.aborted = { reason };
    this.controller?.abort(reason);
  }
}
