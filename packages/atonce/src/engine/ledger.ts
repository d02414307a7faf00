import { isAtonceError } from '../kernel/errors.ts';
import type { GaveUp } from '../kernel/outcome.ts';
import type { JobPool } from './job-pool.ts';
import type { Job } from './job.ts';
import type { Journaling, TaskEnd } from './journaling.ts';
import type { Settings } from './options.ts';
import type { ProgressCounts, ProgressEvent } from './progress.ts';
import { ProgressMeter, type Tally } from './progress-meter.ts';
import type { Sink } from './sink.ts';

/** What the ledger needs of its run. */
export interface LedgerOwner {
  /** Where the run stands, apart from what the ledger counts itself. */
  standing(): Pick<Tally, 'total' | 'taken' | 'running' | 'waiting'>;
  /** A record has been written, so there is room again. */
  pump(): void;
  /** The run cannot or shall not go on. */
  stop(how: 'failed' | 'broken', error: unknown): void;
}

/** The end of an item's way: writes it down, counts it, delivers it to the sink, tells the listener. */
export class Ledger<T, R> {
  /** Set once the journal is open. */
  journaling: Journaling<T> | null = null;
  /** Settled items that are not delivered yet, because their records are not durable. */
  writing = 0;
  private readonly owner: LedgerOwner;
  private readonly jobs: JobPool<T>;
  private readonly sink: Sink<T, R>;
  private readonly meter: ProgressMeter | null;
  private succeeded = 0;
  private failed = 0;
  private resumed = 0;

  constructor(owner: LedgerOwner, jobs: JobPool<T>, sink: Sink<T, R>, settings: Settings<T>) {
    this.owner = owner;
    this.jobs = jobs;
    this.sink = sink;
    this.meter =
      settings.onProgress === null ? null : new ProgressMeter(settings.onProgress, settings.clock);
  }

  /** An item's task gave a value. */
  succeed(job: Job<T>, value: R): void {
    if (this.journaling === null) this.success(job, value, false);
    else void this.write(job, this.journaling, { ok: true, value });
  }

  /** An item failed for good. */
  fail(job: Job<T>, error: unknown, gaveUp: GaveUp): void {
    // A cancelled item is not written: it is simply not done.
    if (this.journaling === null || gaveUp === 'cancelled') this.failure(job, error, gaveUp);
    else void this.write(job, this.journaling, { ok: false, error, gaveUp });
  }

  /** Delivers what the journal knows of the job; false when it must be run. */
  resume(job: Job<T>): boolean {
    if (this.journaling === null) return false;
    try {
      const entry = this.journaling.find(job);
      if (entry === undefined) return false;
      [job.attempt, job.startedAt, job.ranMs] = [entry.attempts, entry.startedAt, entry.durationMs];
      this.success(job, entry.value as R, true);
    } catch (error) {
      this.owner.stop('broken', error);
      this.failure(job, error, 'cancelled');
    }
    return true;
  }

  /** Tells the listener, if there is one. */
  tellStarted(job: Job<T>): void {
    if (this.meter === null) return;
    // Written out, as for a value: a spread takes longer than all the rest of an item.
    const { index, item, attempt } = job;
    this.tell({ type: 'started', index, item, attempt, counts: this.counts(this.meter) });
  }

  tellRetrying(job: Job<T>, error: unknown, delayMs: number): void {
    if (this.meter !== null) this.tell({ type: 'retrying', ...this.facts(job), error, delayMs });
  }

  tellReport(job: Job<T>, data: unknown): void {
    if (this.meter !== null) this.tell({ type: 'report', ...this.facts(job), data });
  }

  tellWaiting(at: 'rate-limit' | 'limit', ms: number | undefined): void {
    if (this.meter !== null)
      this.tell({ type: 'waiting', for: at, ms, counts: this.counts(this.meter) });
  }

  /** Tells the listener last of all; gives back what it threw, since there is no run left to stop. */
  tellFinished(): { readonly error: unknown } | null {
    try {
      this.meter?.tell({ type: 'finished', counts: this.counts(this.meter) });
      return null;
    } catch (error) {
      return { error };
    }
  }

  private async write(job: Job<T>, journaling: Journaling<T>, end: TaskEnd<R>): Promise<void> {
    let told = end;
    this.writing++;
    try {
      await journaling.write(job, end);
    } catch (error) {
      // What the journal cannot hold concerns that item alone; anything else is the journal's failure.
      const isUnkept = isAtonceError(error, 'E_UNSERIALISABLE');
      if (!isUnkept) this.owner.stop('broken', error);
      if (!isUnkept || end.ok) told = { ok: false, error, gaveUp: 'no-retry' };
    }
    if (told.ok) this.success(job, told.value, false);
    else this.failure(job, told.error, told.gaveUp);
    this.writing--;
    this.owner.pump();
  }

  private success(job: Job<T>, value: R, resumed: boolean): void {
    this.succeeded++;
    if (resumed) this.resumed++;
    this.sink.succeeded(job, value, resumed);
    if (this.meter !== null) {
      const { index, item, attempt, ranMs: durationMs } = job;
      const counts = this.counts(this.meter);
      this.tell({ type: 'settled', index, item, attempt, counts, ok: true, durationMs, resumed });
    }
    this.jobs.free(job);
  }

  private failure(job: Job<T>, error: unknown, gaveUp: GaveUp): void {
    this.failed++;
    this.sink.failed(job, error, gaveUp);
    if (this.meter !== null) {
      const { ranMs: durationMs } = job;
      const facts = this.facts(job);
      this.tell({ type: 'settled', ok: false, error, durationMs, resumed: false, ...facts });
    }
    this.jobs.free(job);
    if (this.sink.failFast && gaveUp !== 'cancelled') this.owner.stop('failed', error);
  }

  private facts(
    job: Job<T>,
  ): Pick<Extract<ProgressEvent, { type: 'started' }>, 'index' | 'item' | 'attempt' | 'counts'> {
    const { index, item, attempt } = job;
    return { index, item, attempt, counts: this.counts(this.meter as ProgressMeter) };
  }

  private counts(meter: ProgressMeter): ProgressCounts {
    const { succeeded, failed, resumed } = this;
    const { total, taken, running, waiting } = this.owner.standing();
    return meter.counts({ total, taken, running, waiting, succeeded, failed, resumed });
  }

  private tell(event: ProgressEvent): void {
    try {
      this.meter?.tell(event);
    } catch (error) {
      this.owner.stop('broken', error);
    }
  }
}
