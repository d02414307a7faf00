import { TimeoutError } from '../kernel/errors.ts';
import { isThenable } from '../kernel/thenable.ts';
import { AttemptContext } from './attempt-context.ts';
import { Deadlines } from './deadlines.ts';
import type { Job } from './job.ts';
import type { JobPool } from './job-pool.ts';
import type { Limit } from './limits/limit.ts';
import type { Settings } from './options.ts';
import type { Task } from './task.ts';

const nativeThen = Promise.prototype.then;

/** Who is told of attempts on the event loop, beside the jobs' own callbacks. */
export interface EventLoopOwner<T> {
  timedOut(job: Job<T>, error: TimeoutError): void;
}

/** Executes attempts on the caller's event loop: calls tasks, watches their time limits, aborts their signals. */
export class EventLoop<T, R> {
  private readonly task: Task<T, R>;
  private readonly limit: Limit | null;
  private readonly jobs: JobPool<T>;
  private readonly owner: EventLoopOwner<T>;
  private readonly deadlines: Deadlines<Job<T>> | null;

  constructor(task: Task<T, R>, settings: Settings<T>, jobs: JobPool<T>, owner: EventLoopOwner<T>) {
    const { timeoutMs, clock, limit } = settings;
    this.task = task;
    this.limit = limit;
    this.jobs = jobs;
    this.owner = owner;
    this.deadlines =
      timeoutMs === null
        ? null
        : new Deadlines(timeoutMs, clock, (job) => this.expire(job, timeoutMs));
  }

  /** Starts the time limit of an attempt. */
  watch(job: Job<T>, now: number): void {
    this.deadlines?.add(job, now);
  }

  /** Ends the time limit of an attempt. */
  unwatch(job: Job<T>): void {
    this.deadlines?.remove(job);
  }

  /** Calls the task; the job's callbacks are called when it settles, perhaps before this returns. */
  launch(job: Job<T>): void {
    const context = new AttemptContext(job.index, job.attempt, job);
    job.context = context;
    const { task } = this;
    let result: R | PromiseLike<R>;
    try {
      result =
        this.limit === null ? task(job.item, context) : this.callHolding(this.limit, job, context);
      // Asking for the constructor is measurably cheaper here than `instanceof`, which walks the prototypes.
      if (typeof result === 'object' && result !== null && result.constructor === Promise) {
        // The intrinsic `then`, so that a patched one cannot settle a job twice.
        return void nativeThen.call(result as Promise<R>, job.onValue, job.onError);
      }
      if (isThenable(result)) return void Promise.resolve(result).then(job.onValue, job.onError);
    } catch (error) {
      return job.onError(error);
    }
    job.onValue(result);
  }

  /** Aborts the signal of every running attempt. */
  abort(reason: unknown): void {
    for (const { context } of this.jobs.live())
      if (context !== null) AttemptContext.abort(context, reason);
  }

  /** Stops watching. */
  close(): void {
    this.deadlines?.clear();
  }

  /** Apart from `launch`, because a closure there would cost every call an allocation. */
  private callHolding(limit: Limit, job: Job<T>, context: AttemptContext): R | PromiseLike<R> {
    const { task } = this;
    const call = (): R | PromiseLike<R> => task(job.item, context);
    return limit.holding === undefined ? call() : limit.holding(call);
  }

  private expire(job: Job<T>, timeoutMs: number): void {
    const error = new TimeoutError(timeoutMs, `item ${job.index}`);
    const { context } = job;
    this.owner.timedOut(job, error);
    if (context !== null) AttemptContext.abort(context, error);
  }
}
