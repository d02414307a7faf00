import { CancelledError } from '../../kernel/errors.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Job } from '../job.ts';
import { asCancelled } from '../stopping.ts';
import type { Attempts } from './attempts.ts';
import { type Dispatcher, RUNNING, SUCCEEDED } from './dispatcher.ts';
import type { Ending, Records } from './records.ts';
import type { RunProgress } from './run-progress.ts';
import { skippedError, type SkipReason } from './skipped-error.ts';
import type { TaskGraph } from './task-graph.ts';
import type { TaskSignals } from './task-signals.ts';

/** What endings are made with. */
export interface EndingParts {
  readonly graph: TaskGraph;
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
  readonly attempts: Attempts;
  readonly records: Records;
  readonly progress: RunProgress;
  readonly signals: TaskSignals;
}

/** Why something was stopped. */
export interface Cause {
  readonly error: unknown;
}

/** The ways in which a task comes to its end. Each is recorded, told to the dispatcher, and then told to the listener. */
export class TaskEndings {
  /** Why the whole run was stopped; null while it was not. */
  stopped: Cause | null = null;
  private readonly parts: EndingParts;

  constructor(parts: EndingParts) {
    this.parts = parts;
  }

  /** The last attempt is over: `end` is the value, or the `Ending`. */
  ended(job: Job<number>, ok: boolean, end: unknown, now: number): void {
    const { records, dispatcher } = this.parts;
    records.ended(job, end, now);
    dispatcher.settle(job.index, ok);
    this.conclude(job.index, ok ? 'succeeded' : 'failed');
    dispatcher.spread(now);
  }

  /** The dispatcher has skipped the task. */
  skipped(task: number, reason: SkipReason, root: number): void {
    const { records, graph } = this.parts;
    const { names } = graph;
    const cause = root === task ? undefined : records.errorOf(root);
    const error = skippedError(reason, names[task] as string, names[root] as string, cause);
    this.recordUnstarted(task, { error, gaveUp: 'skipped' });
    this.conclude(task, 'skipped');
  }

  /** Cancels a task that is not running, if it is not over; `spread` is the caller's. */
  cancelUnstarted(task: number, reason: unknown): void {
    const { dispatcher } = this.parts;
    const state = dispatcher.states[task] as number;
    if (state === RUNNING || state >= SUCCEEDED) return;
    this.recordUnstarted(task, this.cancellation(task, reason));
    dispatcher.settle(task, false);
    this.conclude(task, 'failed');
  }

  /** Cancels all that is not running, because the run was stopped. */
  cancelAllUnstarted(): void {
    const { records, dispatcher, clock } = this.parts;
    for (let task = 0; task < records.size; task++) this.cancelUnstarted(task, this.stopped?.error);
    dispatcher.spread(clock.now());
  }

  /** Cancels a task that is about to start although its own signal is aborted; false when that is not so. */
  cancelAborted(task: number): boolean {
    const { signals, dispatcher, clock } = this.parts;
    const abort = signals.abortOf(task);
    if (abort === null) return false;
    this.cancelUnstarted(task, abort.error);
    dispatcher.spread(clock.now());
    return true;
  }

  /** How a task ends that was cancelled. */
  cancellation(task: number, reason: unknown): Ending {
    const { graph, dispatcher } = this.parts;
    const name = JSON.stringify(graph.names[task]);
    const how = dispatcher.states[task] === RUNNING ? 'had not finished' : 'was not running';
    const when = this.stopped === null ? 'it was cancelled' : 'the run was stopped';
    const error = new CancelledError(`task ${name} ${how} when ${when}`, reason);
    return { error, gaveUp: 'cancelled' };
  }

  /** How a task ends whose attempt failed after it was cancelled or the run stopped; null while neither is so. */
  endingWhenStopped(job: Job<number>, error: unknown): Ending | null {
    const cause = this.stopped ?? this.parts.signals.abortOf(job.index);
    if (cause === null) return null;
    if (asCancelled(job, error, cause.error) !== error)
      return this.cancellation(job.index, cause.error);
    return { error, gaveUp: 'cancelled' };
  }

  private conclude(task: number, how: 'succeeded' | 'failed' | 'skipped'): void {
    const { signals, progress, records } = this.parts;
    signals.unwatch(task);
    progress.settled(task, how, records);
  }

  /** The task is over without running, though it may have been tried before. */
  private recordUnstarted(task: number, end: Ending): void {
    const { attempts, records, clock } = this.parts;
    const job = attempts.takePaused(task);
    if (job === undefined) records.endedUnstarted(task, end, clock.now());
    else records.ended(job, end, clock.now());
  }
}
