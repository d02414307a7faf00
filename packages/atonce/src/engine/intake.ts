import type { Clock } from '../kernel/clock.ts';
import type { Job } from './job.ts';
import type { JobPool } from './job-pool.ts';
import type { RetryQueue } from './retry-queue.ts';
import type { Source } from './source.ts';

/** Turns the source's items into jobs. */
export class Intake<T> {
  /** Items taken from the source. */
  taken = 0;
  private readonly source: Source<T>;
  private readonly jobs: JobPool<T>;
  private readonly retries: RetryQueue<T> | null;
  /** Tells when an item was taken, if anybody wants to know. */
  private readonly clock: Clock | null;

  constructor(
    source: Source<T>,
    jobs: JobPool<T>,
    retries: RetryQueue<T> | null,
    clock: Clock | null,
  ) {
    this.source = source;
    this.jobs = jobs;
    this.retries = retries;
    this.clock = clock;
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

  /**
   * The next item of the source; null when there is none now.
   *
   * @throws whatever the source throws.
   */
  fresh(): Job<T> | null {
    if (this.retries !== null && this.retries.full) return null;
    return this.source.take() ? this.load() : null;
  }

  /**
   * Finds out whether the source has anything more, which may take one item out of it early.
   *
   * @throws whatever the source throws.
   */
  lookAhead(): void {
    this.source.lookAhead();
  }

  /** Ends the source; `rest` gets the items that were never started, as far as a lazy source need not be read for them. */
  close(rest: ((job: Job<T>) => void) | null): void {
    try {
      while (rest !== null && this.source.total !== undefined && this.source.take()) {
        rest(this.load());
      }
      this.source.close();
    } catch {
      // The run ends for a reason already; a source that fails while it is closed must not hide it.
    }
  }

  private load(): Job<T> {
    const job = this.jobs.take(this.source.current, this.taken++);
    if (this.clock !== null) job.takenAtMs = this.clock.now();
    return job;
  }
}
