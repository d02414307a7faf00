import type { Attempt, RunnerEvents } from '../engine/runner.ts';
import type { ModuleTaskSource } from '../engine/task.ts';
import { CancelledError, TimeoutError } from '../kernel/errors.ts';
import { RingBuffer } from '../kernel/ring-buffer.ts';
import { LaneContext } from './lane-context.ts';
import { loadTask } from './load-task.ts';
import type { LoadedTask } from './load-task.ts';
import { unwrapTransferred } from './transfer.ts';

type Entry = Attempt<unknown>;

/** How a loop lane runs its entries. */
export interface LoopLaneSettings {
  /** Entries in execution at once. */
  readonly concurrency: number;
  /** Milliseconds an attempt may take; undefined for no limit. */
  readonly timeoutMs: number | undefined;
  /** Items of the same run in execution elsewhere, which count too. */
  readonly elsewhere: () => number;
}

/** Executes many entries at once on the calling thread's event loop, for tasks that mostly wait. */
export class LoopLane {
  readonly #source: ModuleTaskSource;
  readonly #events: RunnerEvents<unknown>;
  readonly #settings: LoopLaneSettings;
  readonly #queue = new RingBuffer<Entry>();
  readonly #running = new Map<Entry, LaneContext>();
  #task: LoadedTask | undefined;
  #loading = false;
  #grace: NodeJS.Timeout | undefined;
  #stopped: { readonly reason: unknown } | undefined;
  /** Items finished. */
  done = 0;

  constructor(source: ModuleTaskSource, events: RunnerEvents<unknown>, settings: LoopLaneSettings) {
    this.#source = source;
    this.#events = events;
    this.#settings = settings;
  }

  capacity(): number {
    if (this.#stopped !== undefined) return 0;
    return Math.max(0, this.#free - this.#queue.size);
  }

  get #free(): number {
    return this.#settings.concurrency - this.#running.size - this.#settings.elsewhere();
  }

  push(entry: Entry): void {
    this.#queue.push(entry);
    this.wake();
  }

  /** Looks again whether something can start. */
  wake(): void {
    if (this.#loading || this.#queue.size === 0) return;
    this.#loading = true;
    // Not in this call: nothing may settle while entries are handed over.
    queueMicrotask(() => {
      void this.#startQueued();
    });
  }

  async #startQueued(): Promise<void> {
    try {
      this.#task ??= await loadTask(this.#source.url, this.#source.exportName);
    } catch (error) {
      this.#loading = false;
      this.#failQueued(() => error);
      return;
    }
    this.#loading = false;
    if (this.#stopped !== undefined) return this.#failQueued((entry) => this.#cancelled(entry));
    while (this.#queue.size > 0 && this.#free > 0) {
      void this.#run(this.#task, this.#queue.shift() as Entry);
    }
  }

  async #run(task: LoadedTask, entry: Entry): Promise<void> {
    const context = new LaneContext(entry.index, entry.attempt, entry, this.#events);
    this.#running.set(entry, context);
    const started = performance.now();
    const timer = this.#watch(entry, context);
    let settle: (ms: number) => void;
    try {
      const value = unwrapTransferred(await task(unwrapTransferred(entry.item), context));
      settle = (ms) => this.#events.succeeded(entry, value, ms);
    } catch (error) {
      settle = (ms) => this.#events.failed(entry, error, ms);
    }
    clearTimeout(timer);
    this.#settle(entry, context, () => settle(performance.now() - started));
  }

  #settle(entry: Entry, context: LaneContext, tell: () => void): void {
    if (context.over) return;
    context.over = true;
    this.#running.delete(entry);
    if (this.#running.size === 0) clearTimeout(this.#grace);
    this.done++;
    tell();
    this.wake();
    this.#events.ready();
  }

  #watch(entry: Entry, context: LaneContext): NodeJS.Timeout | undefined {
    const { timeoutMs } = this.#settings;
    if (timeoutMs === undefined) return undefined;
    return setTimeout(() => {
      const error = new TimeoutError(timeoutMs, `item ${entry.index}`);
      context.abort(error);
      this.#settle(entry, context, () => this.#events.failed(entry, error, timeoutMs));
    }, timeoutMs);
  }

  /** Hands back what has not begun. */
  reclaim(): Entry[] {
    const entries: Entry[] = [];
    while (this.#queue.size > 0) entries.push(this.#queue.shift() as Entry);
    return entries;
  }

  abort(reason: unknown, graceMs: number): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = { reason };
    queueMicrotask(() => this.#failQueued((entry) => this.#cancelled(entry)));
    for (const context of this.#running.values()) context.abort(reason);
    if (this.#running.size === 0) return;
    this.#grace = setTimeout(() => {
      for (const [entry, context] of this.#running) {
        this.#settle(entry, context, () => this.#events.failed(entry, this.#cancelled(entry), 0));
      }
    }, graceMs);
  }

  #failQueued(errorFor: (entry: Entry) => unknown): void {
    for (const entry of this.reclaim()) this.#events.failed(entry, errorFor(entry), 0);
    this.#events.ready();
  }

  #cancelled(entry: Entry): CancelledError {
    return new CancelledError(
      `item ${entry.index} had not finished when the run was stopped`,
      this.#stopped?.reason,
    );
  }
}
