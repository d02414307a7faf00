import { setMaxListeners } from 'node:events';
import type { Stopped } from './report.ts';

/** What may stop a run from outside. */
export interface StopSignals {
  readonly signal?: AbortSignal | undefined;
  readonly killNow?: AbortSignal | undefined;
  readonly drain?: AbortSignal | undefined;
}

/**
 * The one place that knows whether a run goes on. It only ever moves forward: running, draining
 * (nothing new starts), stopping (what runs is asked to end), killing.
 */
export class StopSwitch {
  /** Why the run ends early; the first reason stays. */
  stopped: Stopped | undefined;
  /** One sentence about what went wrong outside of the jobs; the first stays. */
  problem: string | undefined;
  /** Output can reach nobody any more. */
  outputLost = false;
  /** It was closed by its reader. */
  outputClosed = false;
  /** What reading the items threw. */
  inputError: unknown;
  readonly #stop = new AbortController();
  readonly #kill = new AbortController();
  readonly #signals: StopSignals;
  #onDrain: (() => void) | undefined;

  constructor(signals: StopSignals) {
    this.#signals = signals;
    // Every running job listens: many of them are no leak to be warned of.
    setMaxListeners(0, this.#stop.signal, this.#kill.signal);
    for (const [signal, act] of this.#wiring()) {
      if (signal?.aborted === true) act();
      else signal?.addEventListener('abort', act);
    }
  }

  get draining(): boolean {
    return this.stopped !== undefined;
  }

  get stopping(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Aborted when what runs should end. */
  get stopSignal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Aborted when what runs should be killed at once. */
  get killSignal(): AbortSignal {
    return this.#kill.signal;
  }

  /** Starts nothing new. */
  drain(why: Stopped, problem?: string): void {
    if (this.stopped !== undefined) return;
    this.stopped = why;
    this.problem = problem;
    this.#onDrain?.();
  }

  /** Starts nothing new and ends what runs. */
  stop(why: Stopped, problem?: string): void {
    this.drain(why, problem);
    this.#stop.abort();
  }

  /** The items could not be read on. */
  inputFailed(error: unknown): void {
    this.inputError ??= error;
    this.drain('input', error instanceof Error ? error.message : String(error));
  }

  /** The reader of our output is gone, or it cannot be written: nobody would see what still came. */
  outputFailed(error: NodeJS.ErrnoException, message: string): void {
    this.outputLost = true;
    if (error.code === 'EPIPE') {
      this.outputClosed = true;
      this.stop('signal');
    } else {
      this.stop('output', message);
    }
  }

  /** Calls `listener` once when draining begins, or at once. One listener at a time. */
  whenDraining(listener: () => void): void {
    this.#onDrain = listener;
    if (this.draining) listener();
  }

  /** Takes its listeners off the signals from outside. */
  close(): void {
    for (const [signal, act] of this.#wiring()) signal?.removeEventListener('abort', act);
  }

  readonly #drainBySignal = (): void => this.drain('signal');
  readonly #stopBySignal = (): void => this.stop('signal');
  readonly #killBySignal = (): void => {
    this.stop('signal');
    this.#kill.abort();
  };

  #wiring(): readonly (readonly [AbortSignal | undefined, () => void])[] {
    const { drain, signal, killNow } = this.#signals;
    return [
      [drain, this.#drainBySignal],
      [signal, this.#stopBySignal],
      [killNow, this.#killBySignal],
    ];
  }
}
