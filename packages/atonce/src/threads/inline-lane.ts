import type { Attempt, RunnerEvents } from '../engine/runner.ts';
import type { ModuleTaskSource } from '../engine/task.ts';
import { CancelledError } from '../kernel/errors.ts';
import { RingBuffer } from '../kernel/ring-buffer.ts';
import { ExitTrap } from './exit-trap.ts';
import { LaneContext } from './lane.ts';
import { loadTask, loadedTask } from './load-task.ts';
import type { LoadedTask } from './load-task.ts';
import { isThenable } from './thenable.ts';
import { unwrapTransferred } from './transfer.ts';
import { Typical } from './typical.ts';

/** Longest the lane holds the event loop, unless a single item takes longer. */
export const SLICE_MS = 5;
/** Tiny items share one look at the clock about this long. */
const STRIDE_MS = 0.02;
const MAX_STRIDE = 256;
/** Most entries kept ready. */
const MAX_QUEUED = 4096;
/** Items and values kept to learn what copying them would cost. */
const MAX_SAMPLES = 16;

/** What a lane tells its session. */
export interface LaneListener {
  /** A slice is over; entries may be reclaimed now. */
  sliced(): void;
  /** An item has returned a promise that is not settled yet. */
  pending(): void;
}

type Entry = Attempt<unknown>;

/** Executes entries one after another on the calling thread, in slices between which the event loop runs. */
export class InlineLane {
  readonly #source: ModuleTaskSource;
  readonly #events: RunnerEvents<unknown>;
  readonly #listener: LaneListener;
  readonly #queue = new RingBuffer<Entry>();
  readonly #trap = new ExitTrap();
  readonly #typical = new Typical();
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
  #stride = 1;
  #sliceEnd = 0;
  #grace: NodeJS.Timeout | undefined;
  #scheduled = false;
  #current: { readonly entry: Entry; readonly context: LaneContext } | undefined;
  #stopped: { readonly reason: unknown } | undefined;

  constructor(source: ModuleTaskSource, events: RunnerEvents<unknown>, listener: LaneListener) {
    this.#source = source;
    this.#events = events;
    this.#listener = listener;
  }

  /** Entries waiting or running. */
  get size(): number {
    return this.#queue.size + (this.#current === undefined ? 0 : 1);
  }

  /** Whether an item has begun and not settled. */
  get running(): boolean {
    return this.#current !== undefined;
  }

  /** Median running time of an item of late. */
  get typicalMs(): number | undefined {
    return this.#typical.value;
  }

  get itemMs(): number | undefined {
    return this.done === 0 ? undefined : this.workMs / this.done;
  }

  capacity(): number {
    if (this.#stopped !== undefined) return 0;
    // Two slices' worth lie ready; one item to begin with.
    const perSlice = this.itemMs === undefined ? 1 : SLICE_MS / Math.max(this.itemMs, 1e-4);
    const wanted = Math.min(MAX_QUEUED, Math.ceil(2 * perSlice), 4 * this.done + 2);
    return Math.max(0, wanted - this.size);
  }

  push(entry: Entry): void {
    this.#queue.push(entry);
    if (this.#stopped === undefined) this.#schedule();
    else queueMicrotask(() => this.#cancelQueued());
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
    this.#current?.context.abort(reason);
    if (this.#current !== undefined) this.#grace = setTimeout(() => this.#abandon(), graceMs);
    // Not in this call: the caller may be in the middle of something.
    queueMicrotask(() => this.#cancelQueued());
  }

  #cancelQueued(): void {
    const entries = this.reclaim();
    for (const entry of entries) this.#events.failed(entry, this.#cancelled(entry), 0);
    if (entries.length > 0) this.#events.ready();
  }

  /** The grace is over: a task that has not stopped by now is no longer waited for. */
  #abandon(): void {
    const current = this.#current;
    if (current === undefined) return;
    current.context.finish();
    this.#current = undefined;
    this.#events.failed(current.entry, this.#cancelled(current.entry), 0);
    this.#events.ready();
  }

  #cancelled(entry: Entry): CancelledError {
    return new CancelledError(
      `item ${entry.index} had not finished when the run was stopped`,
      this.#stopped?.reason,
    );
  }

  #schedule(): void {
    if (this.#scheduled || this.#current !== undefined || this.#queue.size === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      void this.#turn();
    });
  }

  async #turn(): Promise<void> {
    if (this.#stopped === undefined) {
      const { url, exportName } = this.#source;
      let task = loadedTask(url, exportName);
      try {
        task ??= await loadTask(url, exportName);
        if (this.#stopped === undefined) this.#slice(task);
      } catch (error) {
        for (const entry of this.reclaim()) this.#events.failed(entry, error, 0);
      }
    }
    if (this.#stopped !== undefined) this.#cancelQueued();
    this.#scheduled = false;
    this.#events.ready();
    this.#listener.sliced();
    this.#schedule();
  }

  #slice(task: LoadedTask): void {
    const started = performance.now();
    this.#sliceEnd = started + SLICE_MS;
    const cpuBefore = process.cpuUsage();
    const ended = this.#workUntilSliceEnd(task);
    const { user, system } = process.cpuUsage(cpuBefore);
    this.sliceMs += ended - started;
    this.cpuMs += (user + system) / 1000;
  }

  #workUntilSliceEnd(task: LoadedTask): number {
    let now = performance.now();
    while (
      this.#queue.size > 0 &&
      this.#current === undefined &&
      this.#stopped === undefined &&
      now < this.#sliceEnd
    ) {
      now = this.#strideFrom(now, task);
    }
    return now;
  }

  /** Runs a few items between two looks at the clock; gives the time of the second. */
  #strideFrom(started: number, task: LoadedTask): number {
    const entries: Entry[] = [];
    const answers: Answer[] = [];
    const wanted = Math.min(this.#stride, this.#queue.size);
    let pending: PromiseLike<unknown> | undefined;
    this.#trap.arm();
    try {
      while (entries.length < wanted) {
        const entry = this.#queue.shift() as Entry;
        const context = new LaneContext(entry, this.#events);
        const answer = this.#call(task, entry, context);
        if (answer.pending !== undefined) {
          pending = answer.pending;
          this.#current = { entry, context };
          break;
        }
        context.finish();
        entries.push(entry);
        answers.push(answer);
      }
    } finally {
      this.#trap.disarm();
    }
    const now = performance.now();
    this.#tell(entries, answers, now - started);
    this.#adapt(now - started);
    if (pending !== undefined)
      this.#follow(pending, { started: entries.length === 0 ? started : now, returned: now });
    return now;
  }

  #call(task: LoadedTask, entry: Entry, context: LaneContext): Answer {
    let answer: Answer;
    try {
      const value = task(unwrapTransferred(entry.item), context);
      answer = isThenable(value) ? { pending: value } : { value };
    } catch (error) {
      answer = { error };
    }
    const exit = this.#trap.take();
    return exit === undefined ? answer : { error: exit };
  }

  #tell(entries: readonly Entry[], answers: readonly Answer[], ms: number): void {
    if (entries.length === 0) return;
    const each = ms / entries.length;
    this.#typical.add(each);
    this.done += entries.length;
    this.workMs += ms;
    for (let position = 0; position < entries.length; position++) {
      const entry = entries[position] as Entry;
      const answer = answers[position] as Answer;
      if ('error' in answer) this.#events.failed(entry, answer.error, each);
      else this.#succeed(entry, answer.value, each);
    }
  }

  #succeed(entry: Entry, value: unknown, ms: number): void {
    if (this.samples !== undefined && this.samples.length < MAX_SAMPLES)
      this.samples.push(entry.item, value);
    this.#events.succeeded(entry, unwrapTransferred(value), ms);
  }

  #adapt(ms: number): void {
    if (ms < STRIDE_MS) this.#stride = Math.min(MAX_STRIDE, this.#stride * 2);
    else if (ms > 4 * STRIDE_MS) this.#stride = Math.max(1, this.#stride >> 2);
  }

  /** A promise that settled at once leaves the rest of the slice to the next items. */
  #goOn(): void {
    const { url, exportName } = this.#source;
    const task = loadedTask(url, exportName);
    if (task !== undefined && this.#queue.size > 0 && performance.now() < this.#sliceEnd)
      this.#workUntilSliceEnd(task);
    else this.#listener.sliced();
    this.#schedule();
  }

  #follow(
    promise: PromiseLike<unknown>,
    times: { readonly started: number; readonly returned: number },
  ): void {
    const current = this.#current;
    const settle = (tell: (entry: Entry, ms: number) => void): void => {
      // Abandoned after the grace: it has failed already.
      if (current === undefined || this.#current !== current) return;
      clearTimeout(this.#grace);
      const ms = performance.now() - times.started;
      this.#current = undefined;
      current.context.finish();
      this.done++;
      this.workMs += ms;
      this.asyncDone++;
      this.asyncMs += ms;
      this.asyncCallMs += times.returned - times.started;
      tell(current.entry, ms);
      this.#events.ready();
      this.#goOn();
    };
    Promise.resolve(promise).then(
      (value) => settle((entry, ms) => this.#succeed(entry, value, ms)),
      (error: unknown) => settle((entry, ms) => this.#events.failed(entry, error, ms)),
    );
    this.#listener.pending();
  }
}

interface Answer {
  readonly value?: unknown;
  readonly error?: unknown;
  readonly pending?: PromiseLike<unknown>;
}
