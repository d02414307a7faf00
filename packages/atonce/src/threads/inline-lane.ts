import type { Attempt, RunnerEvents, RunnerRequest } from '../engine/runner.ts';
import type { ModuleTaskSource } from '../engine/task.ts';
import { CancelledError } from '../kernel/errors.ts';
import { RingBuffer } from '../kernel/ring-buffer.ts';
import { BulkStride } from './bulk-stride.ts';
import { EntryStride } from './entry-stride.ts';
import { ExitTrap } from './exit-trap.ts';
import { LaneRecord } from './lane-record.ts';
import { loadTask, loadedTask } from './load-task.ts';
import type { LoadedTask } from './load-task.ts';
import type { PendingItem, Stride, StrideHost } from './stride.ts';
import { follow } from './follow.ts';
import { unwrapTransferred } from './transfer.ts';

/** Longest the lane holds the event loop, unless a single item takes longer. */
export const SLICE_MS = 5;
/** Tiny items share one look at the clock about this long. */
const STRIDE_MS = 0.1;
const MAX_STRIDE = 2048;
/** Most entries kept ready. */
const MAX_QUEUED = 4096;

/** What a lane tells its session. */
export interface LaneListener {
  /** A slice is over; entries may be reclaimed now. */
  sliced(): void;
  /** An item has returned a promise that is not settled yet. */
  pending(): void;
}

/** What of a run's request concerns the lane. */
type LaneRequest = Pick<RunnerRequest<unknown, unknown>, 'bulk' | 'graceMs'> & {
  readonly events: RunnerEvents<unknown>;
};

type Entry = Attempt<unknown>;

/**
 * Executes items one after another on the calling thread, in slices between which the event loop
 * runs: entries that were pushed, and then the run's own items where it lets them be taken in bulk.
 */
export class InlineLane implements StrideHost {
  readonly record: LaneRecord = new LaneRecord();
  readonly trap: ExitTrap = new ExitTrap();
  isStopped = false;
  readonly #source: ModuleTaskSource;
  readonly #request: LaneRequest;
  readonly #listener: LaneListener;
  readonly #queue = new RingBuffer<Entry>();
  readonly #entries: EntryStride;
  readonly #bulk: BulkStride | undefined;
  #takesBulk = false;
  #stride = 1;
  #sliceEnd = 0;
  #grace: NodeJS.Timeout | undefined;
  #scheduled = false;
  #current: PendingItem | undefined;
  #reason: unknown;

  constructor(source: ModuleTaskSource, request: LaneRequest, listener: LaneListener) {
    this.#source = source;
    this.#request = request;
    this.#listener = listener;
    const { events, bulk } = request;
    this.#entries = new EntryStride(this, events, this.#queue);
    this.#bulk = bulk && new BulkStride(this, events, bulk);
  }

  /** Entries waiting or running. */
  get size(): number {
    return this.#queue.size + (this.#current === undefined ? 0 : 1);
  }

  /** Whether an item has begun and not settled. */
  get running(): boolean {
    return this.#current !== undefined;
  }

  /** Entries wanted now. None where the lane takes items itself. */
  capacity(): number {
    if (this.isStopped) return 0;
    if (this.#bulk !== undefined) {
      this.#takesBulk = true;
      this.#schedule();
      return 0;
    }
    const { itemMs, done } = this.record;
    // Two slices' worth lie ready; one item to begin with.
    const perSlice = itemMs === undefined ? 1 : SLICE_MS / Math.max(itemMs, 1e-4);
    const wanted = Math.min(MAX_QUEUED, Math.ceil(2 * perSlice), 4 * done + 2);
    return Math.max(0, wanted - this.size);
  }

  push(entry: Entry): void {
    this.#queue.push(entry);
    if (this.isStopped) queueMicrotask(() => this.#cancelQueued());
    else this.#schedule();
  }

  /** Hands back what has not begun, and begins nothing more of itself. */
  reclaim(): Entry[] {
    this.#takesBulk = false;
    const entries: Entry[] = [];
    while (this.#queue.size > 0) entries.push(this.#queue.shift() as Entry);
    return entries;
  }

  abort(reason: unknown): void {
    if (this.isStopped) return;
    this.isStopped = true;
    this.#reason = reason;
    this.#abortCurrent();
    // Not in this call: the caller may be in the middle of something.
    queueMicrotask(() => this.#cancelQueued());
  }

  #abortCurrent(): void {
    if (this.#current === undefined) return;
    this.#current.context.abort(this.#reason);
    this.#grace = setTimeout(() => this.#abandon(), this.#request.graceMs);
  }

  #cancelQueued(): void {
    const entries = this.reclaim();
    for (const entry of entries) this.#request.events.failed(entry, this.#cancelled(entry), 0);
    if (entries.length > 0) this.#request.events.ready();
  }

  /** The grace is over: a task that has not stopped by now is no longer waited for. */
  #abandon(): void {
    const current = this.#current;
    if (current === undefined) return;
    current.context.over = true;
    this.#current = undefined;
    this.#request.events.failed(current.entry, this.#cancelled(current.entry), 0);
    this.#request.events.ready();
  }

  #cancelled(entry: Entry): CancelledError {
    return new CancelledError(
      `item ${entry.index} had not finished when the run was stopped`,
      this.#reason,
    );
  }

  /** What the next items are taken from. */
  #next(): Stride | undefined {
    if (this.#current !== undefined || this.isStopped) return undefined;
    if (this.#queue.size > 0) return this.#entries;
    return this.#takesBulk && this.#bulk?.hasMore === true ? this.#bulk : undefined;
  }

  #schedule(): void {
    if (this.#scheduled || this.#next() === undefined) return;
    this.#scheduled = true;
    const { url, exportName } = this.#source;
    const task = loadedTask(url, exportName);
    if (task === undefined) void this.#load();
    else setImmediate(() => this.#turn(task));
  }

  async #load(): Promise<void> {
    const { url, exportName } = this.#source;
    let task: LoadedTask | undefined;
    try {
      task = await loadTask(url, exportName);
    } catch (error) {
      this.#cannotLoad(error);
    }
    this.#turn(task);
  }

  #turn(task: LoadedTask | undefined): void {
    if (!this.isStopped && task !== undefined) this.#slice(task);
    if (this.isStopped) this.#cancelQueued();
    this.#scheduled = false;
    this.#request.events.ready();
    this.#listener.sliced();
    this.#schedule();
  }

  #cannotLoad(error: unknown): void {
    const { events, bulk } = this.#request;
    const takesBulk = this.#takesBulk;
    for (const entry of this.reclaim()) events.failed(entry, error, 0);
    let entry = takesBulk ? bulk?.begin() : undefined;
    while (entry !== undefined) {
      events.failed(entry, error, 0);
      entry = this.isStopped ? undefined : bulk?.begin();
    }
  }

  #slice(task: LoadedTask): void {
    const started = performance.now();
    this.#sliceEnd = started + SLICE_MS;
    const cpuBefore = process.cpuUsage();
    const ended = this.#workUntilSliceEnd(task);
    const { user, system } = process.cpuUsage(cpuBefore);
    this.record.sliceMs += ended - started;
    this.record.cpuMs += (user + system) / 1000;
  }

  #workUntilSliceEnd(task: LoadedTask): number {
    let now = performance.now();
    for (let stride = this.#next(); stride !== undefined; stride = this.#next()) {
      if (now >= this.#sliceEnd) break;
      now = this.#run(stride, task, now);
    }
    return now;
  }

  /** Runs a few items; gives the time afterwards. */
  #run(stride: Stride, task: LoadedTask, started: number): number {
    this.trap.arm();
    const count = stride.run(task, this.#stride);
    this.trap.disarm();
    const now = performance.now();
    const ms = now - started;
    this.record.finished(count, ms);
    this.#adapt(ms);
    const pending = stride.tell(count === 0 ? 0 : ms / count);
    if (pending !== undefined)
      this.#follow(pending, { started: count === 0 ? started : now, returned: now });
    return now;
  }

  #adapt(ms: number): void {
    if (ms < STRIDE_MS) this.#stride = Math.min(MAX_STRIDE, this.#stride * 2);
    else if (ms > 4 * STRIDE_MS) this.#stride = Math.max(1, this.#stride >> 2);
  }

  #follow(
    pending: PendingItem,
    times: { readonly started: number; readonly returned: number },
  ): void {
    this.#current = pending;
    const { entry, context, promise } = pending;
    const { events } = this.#request;
    const settle = (tell: (ms: number) => void): void => {
      // Abandoned after the grace: it has failed already.
      if (this.#current !== pending) return;
      clearTimeout(this.#grace);
      const ms = performance.now() - times.started;
      this.#current = undefined;
      context.over = true;
      this.record.finishedLater(ms, times.returned - times.started);
      tell(ms);
      events.ready();
      this.#goOn();
    };
    follow(
      promise,
      (value) =>
        settle((ms) => {
          this.record.sample(entry.item, value);
          events.succeeded(entry, unwrapTransferred(value), ms);
        }),
      (error) => settle((ms) => events.failed(entry, error, ms)),
    );
    // The task may have stopped the run before it gave its promise.
    if (this.isStopped) this.#abortCurrent();
    this.#listener.pending();
  }

  /** A promise that settled at once leaves the rest of the slice to the next items. */
  #goOn(): void {
    const { url, exportName } = this.#source;
    const task = loadedTask(url, exportName);
    const goesOn = this.#next() !== undefined && performance.now() < this.#sliceEnd;
    if (task !== undefined && goesOn) {
      this.#workUntilSliceEnd(task);
      this.#request.events.ready();
    } else {
      this.#listener.sliced();
    }
    this.#schedule();
  }
}
