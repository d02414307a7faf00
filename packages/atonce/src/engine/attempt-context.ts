import type { TaskContext } from './task.ts';

/** Whoever passes on what tasks report. */
export interface ReportReceiver {
  reported(context: AttemptContext, data: unknown): void;
}

/**
 * What one attempt is told. It outlives the attempt when the task keeps it, so its receiver is told which
 * attempt a report comes from. The signal costs a controller (2 µs), hence only whoever reads it pays.
 */
export class AttemptContext implements TaskContext {
  readonly index: number;
  readonly attempt: number;
  readonly #receiver: ReportReceiver;
  /** Nothing yet, the controller once the signal was read, or the reason of an abort that came before. */
  #state: AbortController | { readonly reason: unknown } | null = null;

  constructor(index: number, attempt: number, receiver: ReportReceiver) {
    this.index = index;
    this.attempt = attempt;
    this.#receiver = receiver;
  }

  get signal(): AbortSignal {
    if (this.#state instanceof AbortController) return this.#state.signal;
    const controller = new AbortController();
    if (this.#state !== null) controller.abort(this.#state.reason);
    this.#state = controller;
    return controller.signal;
  }

  /** A function that works on its own too, since callers take contexts apart. */
  get report(): (data: unknown) => void {
    return (data) => this.#receiver.reported(this, data);
  }

  /** Aborts the attempt's signal; static so that tasks cannot. */
  static abort(context: AttemptContext, reason: unknown): void {
    if (context.#state instanceof AbortController) context.#state.abort(reason);
    else context.#state ??= { reason };
  }
}
