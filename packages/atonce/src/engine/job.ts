import type { Failure, GaveUp, Success } from '../kernel/outcome.ts';
import type { AttemptContext, ReportReceiver } from './attempt-context.ts';
import type { Expiring } from './deadlines.ts';
import type { Attempt } from './runner.ts';

/** Who is told what becomes of a job's attempt. */
export interface JobOwner<T> {
  fulfilled(job: Job<T>, value: unknown): void;
  rejected(job: Job<T>, error: unknown): void;
  reported(job: Job<T>, data: unknown): void;
  /** There is room again. */
  pump(): void;
}

/**
 * One item on its way through the run. Jobs are used again for later items, so that a run makes as
 * many of them, and of their two callbacks, as tasks are in flight at once.
 */
export class Job<T> implements Attempt<T>, Expiring, ReportReceiver {
  item: T = undefined as T;
  index = 0;
  /** Tries started so far. */
  attempt = 0;
  /** True from the start of an attempt to its settlement; what settles later is ignored. */
  live = false;
  /** Whether it holds a slot of a shared limit. */
  holding = false;
  context: AttemptContext | null = null;
  key: string | null = null;
  /** Wall clock at the first attempt. */
  startedAt = 0;
  takenAtMs = 0;
  attemptAtMs = 0;
  /** How long the last attempt took, and when it ended. */
  attemptMs = 0;
  endedAtMs = 0;
  ranMs = 0;
  /** When a waiting retry is due. */
  dueMs = 0;
  deadline = 0;
  earlier: Expiring | null = null;
  later: Expiring | null = null;
  timed = false;
  /** Position among the run's jobs. */
  place = -1;
  readonly onValue: (value: unknown) => void;
  readonly onError: (error: unknown) => void;
  private readonly owner: JobOwner<T>;

  constructor(owner: JobOwner<T>) {
    this.owner = owner;
    this.onValue = (value) => {
      if (!this.live) return;
      owner.fulfilled(this, value);
      owner.pump();
    };
    this.onError = (error) => {
      if (!this.live) return;
      owner.rejected(this, error);
      owner.pump();
    };
  }

  /** Loads the next item. */
  load(item: T, index: number): void {
    this.item = item;
    this.index = index;
    this.attempt = 0;
    this.startedAt = 0;
    this.ranMs = 0;
  }

  /** What a task reports after its attempt is over belongs to nothing any more. */
  reported(context: AttemptContext, data: unknown): void {
    if (this.live && this.context === context) this.owner.reported(this, data);
  }
}

/** The outcome of a job that gave a value; `endedMs` is when. */
export function success<T, R>(
  job: Job<T>,
  value: R,
  endedMs: number,
  resumed: boolean,
): Success<T, R> {
  const { item, index, attempt: attempts, startedAt, ranMs: durationMs } = job;
  const waitedMs = waited(job, endedMs);
  return { ok: true, value, item, index, attempts, startedAt, durationMs, waitedMs, resumed };
}

/** The outcome of a job that failed for good; `endedMs` is when. */
export function failure<T>(
  job: Job<T>,
  error: unknown,
  gaveUp: GaveUp,
  endedMs: number,
): Failure<T> {
  const { item, index, attempt: attempts, startedAt, ranMs: durationMs } = job;
  const waitedMs = waited(job, endedMs);
  return {
    ok: false,
    error,
    gaveUp,
    item,
    index,
    attempts,
    startedAt,
    durationMs,
    waitedMs,
    resumed: false,
  };
}

function waited({ takenAtMs, ranMs }: Job<unknown>, endedMs: number): number {
  return Math.max(0, endedMs - takenAtMs - ranMs);
}
