import type { Attempt, Decision, RunnerRequest, RunnerSession } from '../engine/runner.ts';
import type { ModuleTaskSource } from '../engine/task.ts';
import { AtonceError, CancelledError, isAtonceError } from '../kernel/errors.ts';
import type { Blame } from './blame.ts';
import type { ChunkJob, Entry } from './chunk.ts';
import { ChunkSize } from './chunk-size.ts';
import type { ChunkFacts } from './chunk-size.ts';
import { EntryQueue } from './entry-queue.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** What a session needs of its pool. */
export interface SessionPool {
  readonly name: 'threads' | 'processes';
  readonly maxWorkers: number;
  /** Workers that are up and have nothing to do. */
  readonly idleWorkers: number;
  /** Sends what can be sent, starts workers that are wanted. */
  pump(): void;
  stopJob(job: ChunkJob, reason: unknown): void;
  /** True when the entry was in flight. */
  stopEntry(entry: Entry, reason: unknown): boolean;
  /** Starts workers until there are `count`. */
  wantWorkers(count: number): void;
  leave(session: RemoteSession<never, never>): void;
}

/** What a session may be asked to do beside its work. */
export interface SessionHooks {
  /** A worker has answered a chunk. */
  readonly learned?: (facts: ChunkFacts) => void;
  /** No worker can be started. True when somebody else takes what is queued. */
  readonly noWorker?: (error: unknown) => boolean;
  /** An item has failed; true when somebody else takes it over. */
  readonly takesOver?: (entry: Entry, error: unknown) => boolean;
  /** Nothing is queued or in flight any more. */
  readonly drained?: () => void;
  /** A worker died while it had items of this session. */
  readonly died?: () => void;
  /** The pool is closed. */
  readonly closed?: (error: unknown) => void;
}

/** An entry that was suspected this often is held responsible. */
const CONVICTED = 2;
/** A module that has killed this many workers while it was imported is not tried again. */
const LOAD_DEATHS = 3;

/** Work of one task on a pool's workers: queues entries, forms chunks of them, tells what became of each. */
export class RemoteSession<T, R> implements RunnerSession<T>, ChunkJob {
  readonly source: ModuleTaskSource;
  readonly timeoutMs: number | undefined;
  readonly graceMs: number;
  readonly immediate: boolean;
  /** Most workers this session uses at once. */
  readonly width: number;
  readonly size: ChunkSize = new ChunkSize();
  readonly #pool: SessionPool;
  readonly #events: RunnerRequest<unknown, R>['events'];
  readonly #hooks: SessionHooks;
  readonly #queue = new EntryQueue();
  readonly #suspicions = new Map<Entry, number>();
  #failures: (readonly [Entry, unknown])[] = [];
  #outstanding = 0;
  #remaining: number | undefined;
  #done = 0;
  #loadDeaths = 0;
  #stopped: { readonly reason: unknown } | undefined;
  #refusal: { readonly error: unknown } | undefined;

  constructor(
    pool: SessionPool,
    source: ModuleTaskSource,
    request: RunnerRequest<never, R>,
    hooks: SessionHooks = {},
  ) {
    this.#pool = pool;
    this.source = source;
    this.timeoutMs = request.timeoutMs;
    this.graceMs = request.graceMs;
    this.immediate = request.immediate;
    this.width = Math.max(1, Math.min(request.concurrency ?? Infinity, pool.maxWorkers));
    this.#remaining = request.total;
    this.#events = request.events;
    this.#hooks = hooks;
  }

  /** Entries not yet sent. */
  get queued(): number {
    return this.#queue.size;
  }

  /** Entries not yet sent that need a worker for themselves. */
  get suspects(): number {
    return this.#queue.suspects;
  }

  /** Workers this session could keep busy now. */
  get wantedWorkers(): number {
    return Math.min(this.width, this.#queue.size);
  }

  /** Items settled so far. */
  get done(): number {
    return this.#done;
  }

  /** Entries submitted and not settled. */
  get outstanding(): number {
    return this.#outstanding;
  }

  capacity(remaining: number | undefined): number {
    this.#remaining = remaining;
    if (this.#stopped !== undefined) return 0;
    if (this.immediate) return this.#immediateCapacity();
    const size = this.size.next(this.#unsent, this.width);
    // What is in flight on every worker, and one more chunk for each that lies ready.
    return Math.max(0, this.width * size * (this.size.depth(size) + 1) - this.#outstanding);
  }

  #immediateCapacity(): number {
    const free = Math.min(
      this.width - this.#outstanding,
      this.#pool.idleWorkers - this.#queue.size,
    );
    if (this.#refusal !== undefined) return 1;
    if (free <= 0) this.#pool.wantWorkers(this.width);
    return Math.max(0, free);
  }

  submit(attempts: readonly Attempt<T>[]): void {
    for (const attempt of attempts) this.enqueue(attempt);
    if (this.#remaining !== undefined)
      this.#remaining = Math.max(0, this.#remaining - attempts.length);
    this.#pool.pump();
  }

  /** Takes an entry without sending anything yet. */
  enqueue(entry: Entry): void {
    this.#outstanding++;
    if (this.#refusal !== undefined) this.failLater(entry, this.#refusal.error);
    else if (this.#stopped !== undefined) this.failLater(entry, this.#cancelled(entry));
    else this.#queue.push(entry);
  }

  noMore(): void {
    this.#remaining = 0;
  }

  get #unsent(): number | undefined {
    return this.#remaining === undefined ? undefined : this.#remaining + this.#queue.size;
  }

  /** Sends a worker its next chunk if it should have one. */
  feed(slot: WorkerSlot): boolean {
    if (this.#queue.size === 0 || !slot.sharable) return false;
    if (this.#queue.suspects > 0 && slot.inFlight.length === 0) {
      slot.send(this, [this.#queue.takeSuspect() as Entry], true);
      return true;
    }
    const size = this.immediate ? 1 : this.size.next(this.#unsent, this.width);
    if (slot.inFlight.length >= this.#depth(size)) return false;
    const entries = this.#queue.take(size);
    if (entries.length === 0) return false;
    slot.send(this, entries, false);
    return true;
  }

  /** At the very end a second chunk in flight would keep an item from a worker that has nothing left. */
  #depth(size: number): number {
    const unsent = this.#unsent;
    const isTail = unsent !== undefined && unsent < this.width && (this.size.itemMs ?? 0) > 0.2;
    return this.immediate || isTail ? 1 : this.size.depth(size);
  }

  learn(facts: ChunkFacts): void {
    this.size.record(facts);
    this.#hooks.learned?.(facts);
  }

  succeeded(entry: Entry, value: unknown, durationMs: number): void {
    this.#settled(entry);
    this.#events.succeeded(entry, value as R, durationMs);
  }

  failed(entry: Entry, error: unknown, durationMs: number): void {
    if (this.#stopped === undefined && this.#hooks.takesOver?.(entry, error) === true) {
      this.#settled(entry);
      return;
    }
    const obeyed = this.#stopped !== undefined && isAtonceError(error, 'E_CANCELLED');
    const failure = obeyed ? this.#cancelled(entry) : error;
    this.#settled(entry);
    this.#events.failed(entry, failure, durationMs);
  }

  #settled(entry: Entry): void {
    this.#outstanding--;
    this.#done++;
    if (this.#suspicions.size > 0) this.#suspicions.delete(entry);
  }

  failLater(entry: Entry, error: unknown): void {
    this.#failures.push([entry, error]);
    if (this.#failures.length === 1) queueMicrotask(() => this.#failNow());
  }

  #failNow(): void {
    const failures = this.#failures;
    this.#failures = [];
    for (const [entry, error] of failures) this.failed(entry, error, 0);
    this.settledSome();
  }

  reported(entry: Entry, data: unknown): void {
    this.#events.reported(entry, data);
  }

  settledSome(): void {
    if (this.#outstanding === 0) this.#hooks.drained?.();
    this.#events.ready();
  }

  orphaned(entry: Entry, blame: Blame, error: unknown): void {
    if (this.#stopped !== undefined) return this.failed(entry, this.#cancelled(entry), 0);
    if (this.#refusal !== undefined) return this.failed(entry, this.#refusal.error, 0);
    if (blame !== 'innocent') this.#hooks.died?.();
    const suspicions = (this.#suspicions.get(entry) ?? 0) + (blame === 'suspect' ? 1 : 0);
    if (blame === 'guilty' || suspicions >= CONVICTED)
      return this.failed(entry, diedAt(entry, error), 0);
    if (suspicions > 0) this.#suspicions.set(entry, suspicions);
    this.#queue.giveBack(entry, suspicions > 0);
  }

  lost(entry: Entry): void {
    if (this.#stopped !== undefined) this.failed(entry, this.#cancelled(entry), 0);
    else if (this.#refusal !== undefined) this.failed(entry, this.#refusal.error, 0);
    else this.#queue.giveBack(entry, true);
  }

  diedLoading(error: unknown): void {
    if (++this.#loadDeaths < LOAD_DEATHS) return;
    const { url, exportName } = this.source;
    const text = `Cannot load task \`${exportName}\` of ${url}: workers die while they import it`;
    this.refuse(new AtonceError('E_TASK_LOAD', text, { cause: error }));
  }

  /** Nothing can be run any more, for this reason. */
  refuse(error: unknown): void {
    this.#refusal = { error };
    for (const entry of this.#queue.drain()) this.failLater(entry, error);
    if (this.#failures.length === 0) this.#events.ready();
  }

  /** The pool cannot start workers. */
  noWorker(error: unknown): void {
    if (this.#hooks.noWorker?.(error) !== true) this.refuse(error);
  }

  /** Hands back what has not been sent. */
  reclaim(): Entry[] {
    const entries = this.#queue.drain();
    this.#outstanding -= entries.length;
    return entries;
  }

  abort(reason: unknown): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = { reason };
    for (const entry of this.#queue.drain()) this.failLater(entry, this.#cancelled(entry));
    this.#pool.stopJob(this, reason);
  }

  /** Stops one entry; it fails at once and its worker gets the grace. */
  stopEntry(entry: Entry, reason: unknown): void {
    if (this.#queue.remove(entry) || this.#pool.stopEntry(entry, reason))
      this.failLater(entry, reason);
  }

  /** The pool is closed: everything fails with its error. Chunks in flight go down with their workers. */
  shutDown(error: unknown): void {
    this.#hooks.closed?.(error);
    this.#refusal ??= { error };
    for (const entry of this.#queue.drain()) this.failLater(entry, error);
  }

  #cancelled(entry: Entry): CancelledError {
    return new CancelledError(
      `item ${entry.index} had not finished when the run was stopped`,
      this.#stopped?.reason,
    );
  }

  close(): void {
    this.#pool.leave(this as never);
  }

  decision(): Decision {
    const { itemMs } = this.size;
    const { name } = this.#pool;
    return {
      ran: name,
      reason: 'asked',
      text: `ran on ${this.width} ${name}, as asked`,
      measured: {
        items: this.#done,
        workers: this.width,
        ...(itemMs === undefined ? {} : { itemMs }),
      },
    };
  }
}

function diedAt(entry: Entry, error: unknown): AtonceError {
  const how = error instanceof Error ? error.message : String(error);
  const details = error instanceof Error && 'cause' in error ? { cause: error.cause } : {};
  return new AtonceError('E_WORKER_DIED', `${how} while it ran item ${entry.index}`, details);
}
