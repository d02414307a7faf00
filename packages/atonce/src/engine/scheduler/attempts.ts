import { TimeoutError } from '../../kernel/errors.ts';
import { AttemptContext } from '../attempt-context.ts';
import { EventLoop, type EventLoopOwner } from '../event-loop.ts';
import type { Job, JobOwner } from '../job.ts';
import { JobPool } from '../job-pool.ts';
import type { SlotResult } from '../limits/limit.ts';
import { resultOfError } from '../limits/overload.ts';
import type { RetryAnswer } from '../retry.ts';
import { RetryQueue } from '../retry-queue.ts';
import type { Task } from '../task.ts';
import type { SchedulerSettings } from './options.ts';
import type { Ending } from './records.ts';
import type { TaskGraph } from './task-graph.ts';
import { Timeouts } from './timeouts.ts';

/** Who is told of attempts. */
export interface AttemptsOwner {
  /** An attempt is over and its clock has stopped. Nothing may start until `leave`, which is handed what this gives. */
  settled(job: Job<number>): boolean;
  /** The task is over: `end` is its value, or its `Ending`. */
  ended(job: Job<number>, ok: boolean, end: unknown, now: number): void;
  /** The task will be tried again. */
  pausing(job: Job<number>, error: unknown, delayMs: number): void;
  /** The attempt's slots can be given back. */
  leave(job: Job<number>, result: SlotResult, wasBusy: boolean): void;
  /** How a task ends that failed after it was cancelled or the run was stopped; null while neither is so. */
  endingWhenStopped(job: Job<number>, error: unknown): Ending | null;
  reported(job: Job<number>, data: unknown): void;
  /** A callback of the caller's has thrown where it must not. */
  broke(error: unknown): void;
  /** Something may have become startable. */
  pump(): void;
}

/**
 * The tries of all tasks: calls them on the event loop, watches their time limits, and decides
 * whether a failed one is tried again. What is in flight has a job, which is used again for later
 * tasks.
 */
export class Attempts implements JobOwner<number>, EventLoopOwner<number> {
  private readonly graph: TaskGraph;
  private readonly settings: SchedulerSettings;
  private readonly owner: AttemptsOwner;
  private readonly jobs: JobPool<number>;
  private readonly loop: EventLoop<number, unknown>;
  private readonly retries: RetryQueue<number>;
  private readonly timeouts: Timeouts;
  /** Jobs of tasks that were tried and will be tried again. */
  private readonly paused = new Map<number, Job<number>>();
  /** Jobs of running tasks that have a signal of their own. */
  private readonly cancellable = new Map<number, Job<number>>();
  /** When the last attempt was over. */
  stoppedMs = 0;

  constructor(
    graph: TaskGraph,
    settings: SchedulerSettings,
    owner: AttemptsOwner,
    call: Task<number, unknown>,
  ) {
    const { clock } = settings.engine;
    this.graph = graph;
    this.settings = settings;
    this.owner = owner;
    this.jobs = new JobPool<number>(this);
    this.loop = new EventLoop<number, unknown>(call, settings.engine, this.jobs, this);
    this.retries = new RetryQueue<number>(clock, () => owner.pump());
    this.timeouts = new Timeouts(clock, (job, timeoutMs) => this.expire(job, timeoutMs));
  }

  // Starting.

  /** A job for the next try of a task, its clock running. */
  begin(task: number, now: number, sinceMs: number): Job<number> {
    const job = this.takePaused(task) ?? this.jobs.take(task, task);
    job.attempt++;
    job.live = true;
    job.context = null;
    job.attemptAtMs = now;
    if (job.attempt === 1) {
      job.startedAt = now;
      job.takenAtMs = sinceMs;
    }
    const { signalled, tasks } = this.graph;
    if (signalled.length > 0 && tasks[task]?.signal !== undefined) this.cancellable.set(task, job);
    const timeoutMs = this.timeoutOf(task);
    if (timeoutMs !== null) this.timeouts.watch(job, timeoutMs, now);
    return job;
  }

  /** Calls the task; it may settle before this returns. */
  launch(job: Job<number>): void {
    this.loop.launch(job);
  }

  /** The next task whose wait for another try is over, or undefined. */
  takeDue(): number | undefined {
    if (this.paused.size === 0) return undefined;
    for (let job = this.retries.take(); job !== null; job = this.retries.take())
      // It may have been cancelled meanwhile.
      if (this.paused.get(job.index) === job) return job.index;
    return undefined;
  }

  /** The job of a task that waits for its next try, which then is the caller's. */
  takePaused(task: number): Job<number> | undefined {
    if (this.paused.size === 0) return undefined;
    const job = this.paused.get(task);
    this.paused.delete(task);
    return job;
  }

  // Settling.

  fulfilled(job: Job<number>, value: unknown): void {
    const wasBusy = this.stopClock(job);
    this.end(job, true, value);
    this.owner.leave(job, 'success', wasBusy);
  }

  rejected(job: Job<number>, error: unknown): void {
    const wasBusy = this.stopClock(job);
    this.failed(job, error);
    this.owner.leave(job, resultOfError(error), wasBusy);
  }

  timedOut(job: Job<number>, error: TimeoutError): void {
    const wasBusy = this.stopClock(job);
    // Its promise may still settle one day, so the task goes on in a copy.
    this.failed(this.jobs.replace(job), error);
    this.owner.leave(job, 'overload', wasBusy);
    this.owner.pump();
  }

  reported(job: Job<number>, data: unknown): void {
    this.owner.reported(job, data);
  }

  pump(): void {
    this.owner.pump();
  }

  private expire(job: Job<number>, timeoutMs: number): void {
    const name = JSON.stringify(this.graph.names[job.index]);
    const error = new TimeoutError(timeoutMs, `task ${name}`);
    const { context } = job;
    this.timedOut(job, error);
    if (context !== null) AttemptContext.abort(context, error);
  }

  private stopClock(job: Job<number>): boolean {
    job.live = false;
    this.stoppedMs = this.settings.engine.clock.now();
    job.attemptMs = this.stoppedMs - job.attemptAtMs;
    job.ranMs += job.attemptMs;
    if (this.cancellable.size > 0) this.cancellable.delete(job.index);
    if (job.timed) this.timeouts.unwatch(job, this.timeoutOf(job.index) as number);
    return this.owner.settled(job);
  }

  private failed(job: Job<number>, error: unknown): void {
    const ending = this.owner.endingWhenStopped(job, error);
    if (ending !== null) return this.end(job, false, ending);
    const { retry, policyOf } = this.settings;
    const own = this.graph.tasks[job.index]?.retry;
    const policy = own === undefined ? retry : policyOf(own);
    if (policy === null) return this.end(job, false, { error, gaveUp: 'no-retry' });
    let answer: RetryAnswer;
    try {
      answer = policy(job.attempt, error);
    } catch (broken) {
      this.owner.broke(broken);
      return this.end(job, false, { error, gaveUp: 'not-retryable' });
    }
    if (!answer.again) return this.end(job, false, { error, gaveUp: answer.gaveUp });
    // Whoever was asked may have cancelled the task, or stopped the run.
    const cancelled = this.owner.endingWhenStopped(job, error);
    if (cancelled !== null) return this.end(job, false, cancelled);
    this.paused.set(job.index, job);
    this.owner.pausing(job, error, answer.delayMs);
    // The owner may have been stopped, and the task given up with all others.
    if (this.paused.get(job.index) === job) this.retries.add(job, answer.delayMs);
  }

  private end(job: Job<number>, ok: boolean, end: unknown): void {
    this.owner.ended(job, ok, end, this.stoppedMs);
    this.jobs.free(job);
  }

  private timeoutOf(task: number): number | null {
    return this.graph.tasks[task]?.timeoutMs ?? this.settings.timeoutMs;
  }

  // Stopping.

  /** The job of a running task that has a signal of its own. */
  running(task: number): Job<number> | undefined {
    return this.cancellable.get(task);
  }

  /** Aborts the signals of all running attempts. */
  abortAll(reason: unknown): void {
    this.loop.abort(reason);
  }

  /** Gives up all running attempts. */
  abandonAll(endingOf: (task: number) => Ending): void {
    for (const job of this.jobs.live())
      // Whoever was told of one may have ended others.
      if (job.live) this.abandon(job, endingOf(job.index));
  }

  /** Gives up an attempt whose promise may still settle one day. */
  abandon(job: Job<number>, ending: Ending): void {
    const wasBusy = this.stopClock(job);
    this.end(this.jobs.replace(job), false, ending);
    this.owner.leave(job, 'ignore', wasBusy);
  }

  /** Stops watching; nothing is running any more. */
  close(): void {
    this.timeouts.close();
    this.loop.close();
    for (const job of this.retries.drain()) this.paused.delete(job.index);
  }
}
