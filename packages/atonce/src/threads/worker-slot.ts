import { AtonceError, TimeoutError } from '../kernel/errors.ts';
import { blame } from './blame.ts';
import type { Death } from './blame.ts';
import { chunkMessage, chunkOf, typicalOf } from './chunk.ts';
import type { Chunk, ChunkJob, Entry } from './chunk.ts';
import { messageOf } from './error-text.ts';
import { ItemClock } from './item-clock.ts';
import type { ClockOwner } from './item-clock.ts';
import { settleLost } from './lost-items.ts';
import { sendDivided } from './send-divided.ts';
import { settleResults } from './settle-results.ts';
import { CANCELLED, GO_ON, LOADING, MAX_SEQUENCE, TIMED_OUT } from './status-cell.ts';
import { decodeError, encodeError } from './wire-error.ts';
import type { FromWorker, Range, ResultsMessage, WorkerSetup } from './wire.ts';
import type { StartWorker, WorkerEnd, WorkerLink } from './worker-link.ts';

/** What the pool wants to know of its workers. */
export interface SlotOwner {
  /** The worker has started. */
  started(slot: WorkerSlot): void;
  /** A chunk is over: the worker could do with another one. */
  hasRoom(slot: WorkerSlot): void;
  /** Items have settled. */
  counted(items: number): void;
  /** The worker is gone; `startError` when it was never ready. Its entries are given back next. */
  gone(slot: WorkerSlot, startError: { readonly error: unknown } | undefined): void;
  /** All that a dead worker had is given back. */
  cleared(): void;
}

/** How long a worker may take over what it should only skip. */
const LOOK_AGAIN_MS = 1_000;

/** One worker's life as the pool sees it: what it is doing, and what becomes of that when it dies. */
export class WorkerSlot implements ClockOwner {
  state: 'starting' | 'ready' | 'ending' | 'gone' = 'starting';
  /** Ended because nobody needed it. */
  retired = false;
  /** In the order in which the worker will run them. */
  inFlight: Chunk[] = [];
  /** When it last had something to do, by `performance.now`. */
  idleSince: number = performance.now();
  readonly #owner: SlotOwner;
  readonly #link: WorkerLink;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #clock: ItemClock;
  #next = 1;
  #killed = false;
  #lastWords: { readonly error: unknown } | undefined;
  #whenGone: () => void = () => undefined;
  #exit: Death['exit'];

  constructor(start: StartWorker, setup: WorkerSetup, owner: SlotOwner) {
    this.#owner = owner;
    this.#link = start(setup, {
      message: (message) => this.#receive(message),
      garbled: () => this.#askPending(),
      ended: (end) => this.#ended(end),
    });
    this.#clock = new ItemClock(this.#link.cell, this);
  }

  /** Whether it is up and has nothing to do. */
  get isIdle(): boolean {
    return this.state === 'ready' && this.inFlight.length === 0;
  }

  /** Whether nothing that is in flight here wants the worker for itself. */
  get sharable(): boolean {
    return this.inFlight.length === 0 || this.inFlight[0]?.alone === false;
  }

  /** Sends entries; those that cannot be copied fail, each for itself, after this call. */
  send(job: ChunkJob, entries: Entry[], alone: boolean): void {
    const toIdle = this.inFlight.length === 0;
    sendDivided(entries.length, {
      send: (from, to) =>
        this.#post(job, to - from === entries.length ? entries : entries.slice(from, to), {
          toIdle,
          alone,
        }),
      refused: (position, error) => {
        const entry = entries[position] as Entry;
        job.failLater(
          entry,
          new AtonceError(
            'E_UNSERIALISABLE',
            `Item ${entry.index} cannot be sent to a worker: ${messageOf(error)}`,
            { cause: error },
          ),
        );
      },
    });
  }

  #post(job: ChunkJob, entries: Entry[], { toIdle, alone }: Pick<Chunk, 'toIdle' | 'alone'>): void {
    if (this.#next + entries.length > MAX_SEQUENCE) this.#next = 1;
    const first = this.#next;
    const { message, transferList } = chunkMessage(job, entries, first);
    const sentAt = performance.now();
    this.#link.post(message, transferList);
    this.#next += entries.length;
    if (this.inFlight.length === 0) this.#link.keepAlive(true);
    const postMs = performance.now() - sentAt;
    this.inFlight.push({
      job,
      entries,
      first,
      sentAt,
      postMs,
      toIdle,
      alone,
      answered: 0,
      workMs: 0,
      waitedMs: 0,
      typicalMs: undefined,
      stopped: false,
    });
    if (job.timeoutMs !== undefined) this.#clock.watch(job.timeoutMs);
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'results':
        return this.#results(message);
      case 'report':
        return this.#report(message.sequence, message.data);
      case 'ready':
        if (this.state !== 'starting') return;
        this.state = 'ready';
        return this.#owner.started(this);
      case 'garbled':
        return this.#askPending();
      case 'pending':
        return this.#settleLost(message.before, message.ranges);
      case 'exiting':
        this.#exit = message.inCall ? 'in-call' : 'later';
        return;
      case 'dying':
      case 'start-failed':
        this.#lastWords = { error: decodeError(message.error) };
        return;
      default:
      // A message of the task's own.
    }
  }

  #results(message: ResultsMessage): void {
    const chunk = chunkOf(this.inFlight, message.first);
    if (chunk === undefined) return;
    const { job } = chunk;
    chunk.answered += message.values.length;
    chunk.workMs += message.workMs;
    chunk.waitedMs += message.waitedMs;
    chunk.typicalMs = typicalOf(message.durations);
    if (chunk.answered >= chunk.entries.length) {
      this.#finish(chunk);
      // Before the results are handed out: the worker should not wait for what the caller does with them.
      this.#owner.hasRoom(this);
    }
    settleResults(chunk, message);
    this.#owner.counted(message.values.length);
    job.settledSome();
    if (this.inFlight.length === 0) this.#rest();
  }

  #askPending(): void {
    this.#link.post({ kind: 'ask', before: this.#next }, []);
  }

  #settleLost(before: number, pending: readonly Range[]): void {
    const jobs = new Set(this.inFlight.map(({ job }) => job));
    for (const chunk of settleLost(this.inFlight, before, pending)) this.#finish(chunk);
    this.#owner.hasRoom(this);
    for (const job of jobs) job.settledSome();
    if (this.inFlight.length === 0) this.#rest();
  }

  #finish(chunk: Chunk): void {
    this.inFlight.splice(this.inFlight.indexOf(chunk), 1);
    const { job, entries, first, workMs, waitedMs, typicalMs, postMs, sentAt, toIdle, stopped } =
      chunk;
    if (stopped) this.#link.cell.request(first, entries.length, GO_ON);
    const overheadMs = toIdle ? performance.now() - sentAt - workMs : undefined;
    job.learn({ items: entries.length, workMs, waitedMs, typicalMs, postMs, overheadMs });
  }

  #rest(): void {
    this.idleSince = performance.now();
    if (this.state === 'ready') this.#link.keepAlive(false);
  }

  /** Lets the process end although this worker is there. */
  settleDown(): void {
    if (this.inFlight.length === 0) this.#rest();
  }

  #report(sequence: number, data: unknown): void {
    const chunk = chunkOf(this.inFlight, sequence);
    const entry = chunk?.entries[sequence - chunk.first];
    if (entry !== undefined) chunk?.job.reported(entry, data);
  }

  /** Asks everything of a job to stop. */
  stopJob(job: ChunkJob, reason: unknown): void {
    const chunks = this.inFlight.filter((chunk) => chunk.job === job);
    if (chunks.length === 0) return;
    // The last first, so that none begins because the one before it has stopped.
    for (const chunk of chunks.toReversed()) {
      chunk.stopped = true;
      this.#ask(chunk.first, chunk.entries.length, CANCELLED, reason);
    }
    this.#after(job.graceMs, () => this.#giveUp(job, chunks));
  }

  /** The grace is over: what the worker is at goes down with it; what it has not come to yet is not waited for. */
  #giveUp(job: ChunkJob, stopped: readonly Chunk[]): void {
    const chunks = stopped.filter((chunk) => this.inFlight.includes(chunk));
    if (chunks.length === 0) return;
    const atOne = chunkOf(chunks, this.#link.cell.running()) !== undefined;
    if (atOne || chunks.includes(this.inFlight[0] as Chunk)) return this.kill();
    for (const { entries } of chunks) {
      for (const [position, entry] of entries.entries()) {
        entries[position] = undefined;
        if (entry !== undefined) job.orphaned(entry, 'innocent', undefined);
      }
    }
    job.settledSome();
    this.#after(LOOK_AGAIN_MS, () => this.#giveUp(job, chunks));
  }

  /** Takes one entry back from the worker; true if it was here. It is settled by the caller of this. */
  stopEntry(entry: Entry, reason: unknown): boolean {
    for (const chunk of this.inFlight) {
      const position = chunk.entries.indexOf(entry);
      if (position === -1) continue;
      chunk.entries[position] = undefined;
      this.#stopItem(chunk, chunk.first + position, CANCELLED, reason);
      return true;
    }
    return false;
  }

  #stopItem(
    chunk: Chunk,
    sequence: number,
    why: typeof CANCELLED | typeof TIMED_OUT,
    reason: unknown,
  ): void {
    chunk.stopped = true;
    this.#ask(sequence, 1, why, reason);
    this.#after(chunk.job.graceMs, () => {
      if (this.#link.cell.running() === sequence && this.inFlight.includes(chunk)) this.kill();
    });
  }

  #ask(
    first: number,
    count: number,
    why: typeof CANCELLED | typeof TIMED_OUT,
    reason: unknown,
  ): void {
    this.#link.cell.request(first, count, why);
    this.#link.post({ kind: 'stop', first, count, reason: encodeError(reason) }, []);
  }

  late(chunk: Chunk, sequence: number, entry: Entry): void {
    const { job } = chunk;
    const timeoutMs = job.timeoutMs as number;
    const error = new TimeoutError(timeoutMs, `item ${entry.index}`);
    chunk.entries[sequence - chunk.first] = undefined;
    this.#stopItem(chunk, sequence, TIMED_OUT, error);
    job.failed(entry, error, timeoutMs);
    job.settledSome();
  }

  #after(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.state !== 'gone') act();
    }, ms);
    // A worker with something to do keeps the process alive by itself.
    timer.unref();
    this.#timers.add(timer);
  }

  /** Ends the worker at once. What it had is run elsewhere or fails, as each deserves. */
  kill(): void {
    if (this.state === 'ending' || this.state === 'gone') return;
    this.#killed = true;
    this.state = 'ending';
    this.#link.keepAlive(true);
    this.#link.terminate();
  }

  /** Nobody has needed the worker for a while. */
  retire(): void {
    this.retired = true;
    this.kill();
  }

  /** Ends the worker and resolves when it is gone. */
  end(): Promise<void> {
    if (this.state === 'gone') return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenGone = resolve;
      this.kill();
    });
  }

  #ended(end: WorkerEnd): void {
    const starting = this.state === 'starting';
    this.state = 'gone';
    this.#clock.stop();
    for (const timer of this.#timers) clearTimeout(timer);
    const chunks = this.inFlight;
    this.inFlight = [];
    const cause = this.#lastWords ?? (end.error === undefined ? undefined : { error: end.error });
    const error = new AtonceError(
      'E_WORKER_DIED',
      `A worker ${end.how}`,
      cause === undefined ? {} : { cause: cause.error },
    );
    this.#owner.gone(this, starting ? { error } : undefined);
    this.#giveBack(chunks, error);
    this.#owner.cleared();
    this.#whenGone();
  }

  #giveBack(chunks: readonly Chunk[], error: AtonceError): void {
    const running = this.#link.cell.running();
    const unsettled = chunks.flatMap(({ first, entries }) =>
      entries.flatMap((entry, position) => (entry === undefined ? [] : first + position)),
    );
    const death: Death = { running, killedByPool: this.#killed, exit: this.#exit, unsettled };
    if (running === LOADING && !this.#killed) chunks[0]?.job.diedLoading(error);
    for (const { job, entries, first } of chunks) {
      entries.forEach((entry, position) => {
        if (entry !== undefined) job.orphaned(entry, blame(first + position, death), error);
      });
    }
    for (const job of new Set(chunks.map((chunk) => chunk.job))) job.settledSome();
  }
}
