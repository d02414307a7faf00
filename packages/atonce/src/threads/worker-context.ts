import type { TaskContext } from '../engine/task.ts';
import { AtonceError, CancelledError, TimeoutError } from '../kernel/errors.ts';
import { GO_ON, TIMED_OUT } from './status-cell.ts';
import type { StatusCell } from './status-cell.ts';
import type { FromWorker } from './wire.ts';

/** What an item's context needs of the worker around it. */
export interface ContextHost {
  readonly cell: StatusCell;
  post(message: FromWorker): void;
}

/** Which item a context is for. */
export interface ContextItem {
  readonly sequence: number;
  readonly index: number;
  readonly attempt: number;
  readonly timeoutMs: number | undefined;
}

/** What a task in a worker is told beside its item. The signal is made when first read. */
export class WorkerContext implements TaskContext {
  readonly index: number;
  readonly attempt: number;
  readonly #host: ContextHost;
  readonly #item: ContextItem;
  #controller: AbortController | undefined;
  #over = false;

  constructor(host: ContextHost, item: ContextItem) {
    this.index = item.index;
    this.attempt = item.attempt;
    this.#host = host;
    this.#item = item;
  }

  get sequence(): number {
    return this.#item.sequence;
  }

  get signal(): AbortSignal {
    this.#controller ??= this.#makeController();
    return this.#controller.signal;
  }

  report(data: unknown): void {
    if (this.#over) return;
    try {
      this.#host.post({ kind: 'report', sequence: this.#item.sequence, data });
    } catch (error) {
      throw new AtonceError('E_UNSERIALISABLE', `What item ${this.index} reported cannot be sent`, {
        cause: error,
      });
    }
  }

  /** The pool asks the item to stop. */
  stop(reason: unknown): void {
    if (this.#controller?.signal.aborted === false) this.#controller.abort(reason);
    else this.#controller ??= abortedController(reason);
  }

  /** Whether a thrown value is the signal's own reason: the task has obeyed. */
  isReason(thrown: unknown): boolean {
    const signal = this.#controller?.signal;
    return signal !== undefined && isAborted(signal) && signal.reason === thrown;
  }

  /** The item has settled: later requests with its number mean another item. */
  finish(): void {
    this.#over = true;
  }

  /**
   * A task that computes without ever yielding receives no message, so its signal also looks at the
   * status cell whenever it is asked.
   */
  #makeController(): AbortController {
    const controller = new AbortController();
    const { signal } = controller;
    const look = (): boolean => {
      if (
        !isAborted(signal) &&
        !this.#over &&
        this.#host.cell.stopRequest(this.#item.sequence) !== GO_ON
      ) {
        controller.abort(this.#reason());
      }
      return isAborted(signal);
    };
    Object.defineProperty(signal, 'aborted', { get: look, enumerable: true, configurable: true });
    Object.defineProperty(signal, 'throwIfAborted', {
      value: () => {
        if (look()) throw signal.reason;
      },
      configurable: true,
    });
    return controller;
  }

  #reason(): unknown {
    const { timeoutMs, sequence } = this.#item;
    const timedOut = timeoutMs !== undefined && this.#host.cell.stopRequest(sequence) === TIMED_OUT;
    return timedOut
      ? new TimeoutError(timeoutMs)
      : new CancelledError('The run was stopped', undefined);
  }
}

const nativeAborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted')?.get as (
  this: AbortSignal,
) => boolean;

function isAborted(signal: AbortSignal): boolean {
  return nativeAborted.call(signal);
}

function abortedController(reason: unknown): AbortController {
  const controller = new AbortController();
  controller.abort(reason);
  return controller;
}
