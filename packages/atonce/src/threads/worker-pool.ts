import type { RunnerRequest, RunnerSession } from '../engine/runner.ts';
import { AtonceError, OptionError } from '../kernel/errors.ts';
import { moduleTaskSource } from '../engine/task.ts';
import type { ModuleTaskSource } from '../engine/task.ts';
import { AdaptiveSession } from './adaptive-session.ts';
import { Calls } from './calls.ts';
import type { ChunkJob, Entry } from './chunk.ts';
import { messageOf } from './error-text.ts';
import type { ModuleTask } from './module-task.ts';
import type { PoolSettings } from './options.ts';
import type { Pool, PoolRunOptions, PoolStats } from './pool.ts';
import { COLD_ITEMS } from './placement.ts';
import { poolPlacement } from './pool-placement.ts';
import { RemoteSession } from './remote-session.ts';
import type { SessionHooks, SessionPool } from './remote-session.ts';
import { TaskMemory } from './task-memory.ts';
import { WorkerSlot } from './worker-slot.ts';
import type { SlotOwner } from './worker-slot.ts';
import type { StartWorker } from './worker-link.ts';

type AnySession = RemoteSession<never, never>;

/** A pool over one kind of worker: starts, feeds, replaces and stops them. */
export class WorkerPool implements Pool, SessionPool, SlotOwner {
  readonly name: 'threads' | 'processes';
  readonly settings: PoolSettings;
  readonly memory: TaskMemory = new TaskMemory();
  readonly #start: StartWorker;
  readonly #slots = new Set<WorkerSlot>();
  readonly #sessions = new Set<AnySession>();
  readonly #calls: Calls;
  readonly #waiters = new Set<() => void>();
  #idleTimer: NodeJS.Timeout | undefined;
  #failedStarts = 0;
  #restarts = 0;
  #done = 0;
  #closed: Promise<void> | undefined;

  constructor(name: 'threads' | 'processes', settings: PoolSettings, start: StartWorker) {
    this.name = name;
    this.settings = settings;
    this.#start = start;
    this.#calls = new Calls(this, settings.graceMs);
  }

  get maxWorkers(): number {
    return this.settings.workers;
  }

  get idleWorkers(): number {
    return this.#count((slot) => slot.isIdle);
  }

  /** Workers that could take work at once. */
  get readyWorkers(): number {
    return this.#count((slot) => slot.state === 'ready');
  }

  get coldItems(): number {
    return Math.max(0, COLD_ITEMS - this.#done);
  }

  get stats(): PoolStats {
    return {
      workers: this.#slots.size,
      busy: this.#count((slot) => slot.inFlight.length > 0),
      restarts: this.#restarts,
      tasksDone: this.#done,
    };
  }

  #count(test: (slot: WorkerSlot) => boolean): number {
    let count = 0;
    for (const slot of this.#slots) if (test(slot)) count++;
    return count;
  }

  open<T, R>(request: RunnerRequest<T, R>): RunnerSession<T> {
    this.#assertOpen();
    const source = this.#sourceOf(request.task);
    const placement = poolPlacement(this, request);
    if (placement === undefined) return this.openRemote(source, request);
    return new AdaptiveSession<T, R>(source, request, placement);
  }

  /** Opens a session that only ever uses this pool's workers. */
  openRemote<T, R>(
    source: ModuleTaskSource,
    request: RunnerRequest<T, R>,
    hooks?: SessionHooks,
  ): RemoteSession<T, R> {
    const session = new RemoteSession<T, R>(this, source, request, hooks);
    this.#sessions.add(session as never);
    return session;
  }

  run<T, R>(task: ModuleTask<T, R>, item: T, options?: PoolRunOptions): Promise<R> {
    try {
      this.#assertOpen();
      return this.#calls.run(this.#sourceOf(task), item, options) as Promise<R>;
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  #sourceOf(task: unknown): ModuleTaskSource {
    const source = typeof task === 'function' ? moduleTaskSource(task) : undefined;
    if (source !== undefined) return source;
    throw new OptionError(
      'task',
      'Expected `task` to be made by `moduleTask`: an ordinary function cannot be shipped to workers',
    );
  }

  #assertOpen(): void {
    if (this.#closed !== undefined)
      throw new AtonceError('E_POOL_CLOSED', `The pool of ${this.name} is closed`);
  }

  async warmUp(): Promise<void> {
    this.#assertOpen();
    await this.startWorkers(this.maxWorkers);
  }

  /** Starts workers until there are `count`; resolves when none is starting any more. */
  startWorkers(count: number): Promise<void> {
    this.wantWorkers(count);
    return this.#settledStarts();
  }

  wantWorkers(count: number): void {
    if (this.#closed !== undefined) return;
    while (this.#slots.size < Math.min(count, this.maxWorkers) && this.#startWorker());
  }

  #settledStarts(): Promise<void> {
    if (this.#count((slot) => slot.state === 'starting') === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.add(resolve));
  }

  #startWorker(): boolean {
    try {
      this.#slots.add(
        new WorkerSlot(this.#start, { initialiser: this.settings.initialiser }, this),
      );
      return true;
    } catch (error) {
      // Refused options fail the same way every time.
      this.#failedStarts = this.settings.maxRestarts;
      this.#giveUp(error);
      return false;
    }
  }

  pump(): void {
    for (const depth of [0, 1]) {
      for (const slot of this.#slots)
        if (slot.state === 'ready' && slot.inFlight.length === depth) this.#feed(slot);
    }
    if (this.#closed !== undefined) return;
    let wanted = 0;
    for (const session of this.#sessions) wanted += session.wantedWorkers;
    const free = this.#count((slot) => slot.state === 'starting' || slot.inFlight.length === 0);
    for (
      let missing = wanted - free;
      missing > 0 && this.#slots.size < this.maxWorkers;
      missing--
    ) {
      if (!this.#startWorker()) return;
    }
  }

  /** Gives a worker one chunk, from the session that has waited longest for its turn. */
  #feed(slot: WorkerSlot): boolean {
    // A suspect needs a worker for itself, which none would ever be while each has a chunk lying ready.
    if (slot.inFlight.length > 0 && this.#hasSuspects()) return false;
    for (const session of this.#sessions) {
      if (session.queued === 0 || !this.#mayUse(session, slot) || !session.feed(slot)) continue;
      if (this.#sessions.size > 1) {
        // Served last, asked last next time.
        this.#sessions.delete(session);
        this.#sessions.add(session);
      }
      return true;
    }
    return false;
  }

  #hasSuspects(): boolean {
    for (const session of this.#sessions) if (session.suspects > 0) return true;
    return false;
  }

  /** Whether the session has the worker already, or may use one more. */
  #mayUse(session: AnySession, slot: WorkerSlot): boolean {
    if (session.width >= this.maxWorkers) return true;
    const has = (one: WorkerSlot): boolean =>
      one.inFlight.some((chunk) => chunk.job === (session as ChunkJob));
    return has(slot) || this.#count(has) < session.width;
  }

  // What workers tell.

  started(slot: WorkerSlot): void {
    this.#failedStarts = 0;
    slot.settleDown();
    this.#tellWaiters();
    this.pump();
    this.#tellImmediate();
    this.#watchIdle();
  }

  hasRoom(slot: WorkerSlot): void {
    // One that is being ended would take what it is given down with it.
    if (slot.state !== 'ready') return;
    while (this.#feed(slot)) if (slot.inFlight.length > 1) break;
    if (slot.inFlight.length > 0) return;
    this.#tellImmediate();
    this.#watchIdle();
  }

  counted(items: number): void {
    this.#done += items;
  }

  gone(slot: WorkerSlot, startError: { readonly error: unknown } | undefined): void {
    this.#slots.delete(slot);
    if (!slot.retired && this.#closed === undefined) this.#restarts++;
    if (startError === undefined) return;
    this.#failedStarts++;
    if (this.#failedStarts >= this.settings.maxRestarts) this.#giveUp(startError.error);
    this.#tellWaiters();
  }

  cleared(): void {
    this.pump();
    this.#tellImmediate();
    this.#tellWaiters();
  }

  #giveUp(cause: unknown): void {
    const error = new AtonceError(
      'E_WORKER_START',
      `No worker of the pool of ${this.name} can be started: ${rootMessage(cause)}`,
      { cause },
    );
    // The next one to ask is given one try, not all of them.
    this.#failedStarts = this.settings.maxRestarts - 1;
    for (const session of this.#sessions) session.noWorker(error);
  }

  #tellWaiters(): void {
    if (this.#waiters.size === 0 || this.#count((slot) => slot.state === 'starting') > 0) return;
    for (const waiter of this.#waiters) waiter();
    this.#waiters.clear();
  }

  /** Runs that may not queue ahead ask again when a worker has come free. */
  #tellImmediate(): void {
    for (const session of this.#sessions)
      if (session.immediate && session.queued === 0) session.settledSome();
  }

  #watchIdle(): void {
    if (this.#idleTimer !== undefined) return;
    const { idleMs } = this.settings;
    this.#idleTimer = setTimeout(() => {
      this.#idleTimer = undefined;
      const now = performance.now();
      for (const slot of this.#slots)
        if (slot.isIdle && now - slot.idleSince >= idleMs) slot.retire();
      if (this.#slots.size > 0) this.#watchIdle();
    }, idleMs);
    this.#idleTimer.unref();
  }

  // What sessions ask.

  stopJob(job: ChunkJob, reason: unknown): void {
    for (const slot of this.#slots) slot.stopJob(job, reason);
  }

  stopEntry(entry: Entry, reason: unknown): boolean {
    for (const slot of this.#slots) if (slot.stopEntry(entry, reason)) return true;
    return false;
  }

  leave(session: AnySession): void {
    this.#sessions.delete(session);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#idleTimer);
    const error = new AtonceError('E_POOL_CLOSED', `The pool of ${this.name} was closed`);
    this.#calls.close(error);
    for (const session of this.#sessions) session.shutDown(error);
    await Promise.all([...this.#slots].map((slot) => slot.end()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** What the innermost cause says: the others only say that a worker has ended. */
function rootMessage(error: unknown): string {
  let innermost = error;
  for (let depth = 0; depth < 8 && innermost instanceof Error; depth++) {
    if (innermost.cause === undefined) break;
    innermost = innermost.cause;
  }
  return messageOf(innermost);
}
