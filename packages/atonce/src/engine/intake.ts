import type { Clock } from '../kernel/clock.ts';
import type { Gates } from './gates.ts';
import type { Job } from './job.ts';
import type { JobPool } from './job-pool.ts';
import type { Ledger } from './ledger.ts';
import type { Tally } from './progress-meter.ts';
import type { RetryQueue } from './retry-queue.ts';
import type { Sink } from './sink.ts';
import { ArraySource, type Source } from './source.ts';

/** The run, as far as taking items concerns it. */
export interface IntakeOwner<T> {
  isStopped(): boolean;
  /** Where the run stands. */
  standing(): Pick<Tally, 'running'>;
  /** The source has failed. */
  broke(error: unknown): void;
  /** Gives up an item whose task is not running. */
  cancel(job: Job<T>): void;
}

/** What an intake draws on; `null` is a feature nobody asked for. */
export interface IntakeParts<T, R> {
  readonly source: Source<T>;
  readonly jobs: JobPool<T>;
  readonly retries: RetryQueue<T> | null;
  readonly gates: Gates<T> | null;
  readonly ledger: Ledger<T, R>;
  readonly sink: Pick<Sink<T, R>, 'room'>;
  /** Tells when an item was taken, if anybody wants to know. */
  readonly clock: Clock | null;
}

/** Says what starts next: a retry that is due, else the next item that the journal does not know as done. */
export class Intake<T, R> {
  /** Items taken from the source. */
  taken = 0;
  private readonly owner: IntakeOwner<T>;
  private readonly source: Source<T>;
  private readonly jobs: JobPool<T>;
  private readonly retries: RetryQueue<T> | null;
  private readonly gates: Gates<T> | null;
  private readonly ledger: Ledger<T, R>;
  private readonly sink: Pick<Sink<T, R>, 'room'>;
  private readonly clock: Clock | null;

  constructor(owner: IntakeOwner<T>, parts: IntakeParts<T, R>) {
    this.owner = owner;
    this.source = parts.source;
    this.jobs = parts.jobs;
    this.retries = parts.retries;
    this.gates = parts.gates;
    this.ledger = parts.ledger;
    this.sink = parts.sink;
    this.clock = parts.clock;
  }

  /** Number of items when known before reading them. */
  get total(): number | undefined {
    return this.source.total;
  }

  /** Whether the source has nothing more; retries may still come. */
  get ended(): boolean {
    return this.source.ended;
  }

  /** Jobs not started yet, when the source's length is known. */
  get remaining(): number | undefined {
    const { total } = this.source;
    if (total === undefined) return undefined;
    return Math.max(0, total - this.taken) + (this.retries?.size ?? 0);
  }

  /** The next job to start, or null when there is none or no room for one. */
  next(): Job<T> | null {
    const { gates } = this;
    if (gates !== null && !this.passes(gates)) return null;
    const job = (this.retries === null ? null : this.retries.take()) ?? this.take();
    if (gates !== null) {
      if (job === null) gates.leave('ignore', 0);
      else gates.started(job);
    }
    return job;
  }

  /** Loads the next item into a job that is done with its last one, for runs without any feature. */
  reload(job: Job<T>): boolean {
    if (!this.advance()) return false;
    job.load(this.source.current, this.taken++);
    return true;
  }

  /** The next item, for whoever has begun it already, whatever the run has come to since. */
  begun(): Job<T> | null {
    return this.advance() ? this.load() : null;
  }

  /** The items themselves, where they need not be taken one at a time. */
  get array(): readonly T[] | null {
    return this.source instanceof ArraySource ? this.source.items : null;
  }

  /** Counts items as taken that were read from the array. */
  skip(count: number): void {
    if (this.source instanceof ArraySource) this.source.skip(count);
    this.taken += count;
  }

  /** Ends the source. With `all` its rest is cancelled one by one, as far as a lazy source need not be read for it. */
  close(all: boolean): void {
    try {
      while (all && this.source.total !== undefined && this.source.take())
        this.owner.cancel(this.load());
      this.source.close();
    } catch {
      // The run ends for a reason already; a source that fails while it is closed must not hide it.
    }
  }

  private advance(): boolean {
    try {
      return this.source.take();
    } catch (error) {
      this.owner.broke(error);
      return false;
    }
  }

  private passes(gates: Gates<T>): boolean {
    if (this.source.ended && (this.retries === null || this.retries.size === 0)) return false;
    if (gates.enter(this.ledger.writing, this.retries?.isDue === true)) return true;
    // Before a closed gate, an idle run would not notice that nothing is left until the gate opens.
    if (this.owner.standing().running === 0 && gates.closed) {
      try {
        this.source.lookAhead();
      } catch (error) {
        this.owner.broke(error);
      }
    }
    return false;
  }

  private take(): Job<T> | null {
    try {
      for (;;) {
        if ((this.retries !== null && this.retries.full) || !this.source.take()) return null;
        const job = this.load();
        const isDone = this.clock !== null && this.ledger.resume(job);
        // Whoever gives the items, or their keys, may have stopped the run.
        const isStopped = this.owner.isStopped();
        if (!isDone && !isStopped) return job;
        if (!isDone) this.owner.cancel(job);
        if (isStopped || this.sink.room() <= 0) return null;
      }
    } catch (error) {
      this.owner.broke(error);
      return null;
    }
  }

  private load(): Job<T> {
    const job = this.jobs.take(this.source.current, this.taken++);
    if (this.clock !== null) job.takenAtMs = this.clock.now();
    return job;
  }
}
