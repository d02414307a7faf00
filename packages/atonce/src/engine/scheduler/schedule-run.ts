import { CancelledError } from '../../kernel/errors.ts';
import { onAbort } from '../../kernel/on-abort.ts';
import { AttemptContext } from '../attempt-context.ts';
import { nextTurn } from '../host.ts';
import type { Job } from '../job.ts';
import type { SlotResult } from '../limits/limit.ts';
import { Slice } from '../slice.ts';
import { asCancelled } from '../stopping.ts';
import type { TaskContext } from '../task.ts';
import { Attempts, type AttemptsOwner } from './attempts.ts';
import { type ContextHost, RunContext } from './context.ts';
import { Dispatcher, type DispatcherOwner, RUNNING, SUCCEEDED } from './dispatcher.ts';
import type { SchedulerSettings } from './options.ts';
import { PoolRoom } from './pool-room.ts';
import { Ranks } from './ranks.ts';
import { type Ending, Records } from './records.ts';
import { reportOf, type ScheduleReport } from './report.ts';
import { RunProgress } from './run-progress.ts';
import { skippedError, type SkipReason } from './skipped-error.ts';
import type { TaskGraph } from './task-graph.ts';
import { TaskSignals } from './task-signals.ts';

/** Who waits for the run's end. */
export interface RunAnswer {
  /** Nothing can join the run any more. */
  ended(): void;
  resolve(report: ScheduleReport): void;
  reject(error: unknown): void;
}

/**
 * One execution of a graph of tasks: what the dispatcher says is next is started, what its attempts
 * come to is recorded exactly once, and then told to the dispatcher, until nothing is left.
 */
export class ScheduleRun implements AttemptsOwner, DispatcherOwner, ContextHost {
  private readonly graph: TaskGraph;
  private readonly settings: SchedulerSettings;
  private readonly answer: RunAnswer;
  private readonly ranks: Ranks;
  private readonly room: PoolRoom;
  private readonly dispatcher: Dispatcher;
  private readonly records: Records;
  private readonly progress: RunProgress;
  private readonly attempts: Attempts;
  private readonly signals: TaskSignals;
  private readonly slice: Slice;
  private readonly startedMs: number;
  /** While starting or settling tasks: nothing else may start or end in between. */
  private busy = false;
  private over = false;
  private pumpIsDue = false;
  /** A task was over just now, so that the clock need not be asked again: it costs what a whole start costs otherwise. */
  private timeIsFresh = false;
  private stopped: { readonly broken: boolean; readonly error: unknown } | null = null;
  private cancelGraceTimer: (() => void) | null = null;
  private stopListening: (() => void) | null = null;

  constructor(graph: TaskGraph, settings: SchedulerSettings, answer: RunAnswer) {
    this.graph = graph;
    this.settings = settings;
    this.answer = answer;
    this.startedMs = settings.engine.clock.now();
    this.ranks = new Ranks(graph);
    this.room = new PoolRoom(settings, (pool) => {
      this.dispatcher.unblock(pool);
      this.pump();
    });
    const { ranks, room } = this;
    this.dispatcher = new Dispatcher({ graph, ranks, settings, room, owner: this });
    this.records = new Records(graph, this.dispatcher, settings.engine.clock);
    this.progress = new RunProgress(graph, settings, (error) => this.broke(error));
    this.attempts = new Attempts(graph, settings, this, (task, attempt) =>
      this.call(task, attempt),
    );
    this.signals = new TaskSignals((task, reason) => this.aborted(task, reason));
    this.slice = new Slice(settings.engine.clock);
  }

  /** Begins. Tasks may be called before this returns. */
  start(signal: AbortSignal | undefined): void {
    this.admit();
    if (signal?.aborted === true) return this.stop(false, signal.reason);
    if (signal !== undefined)
      this.stopListening = onAbort(signal, () => this.stop(false, signal.reason));
    this.pump();
  }

  /** Takes in what was linked since. It starts in a while, so that a burst of additions is ordered as one. */
  added(): void {
    this.admit();
    if (this.pumpIsDue) return;
    this.pumpIsDue = true;
    queueMicrotask(() => {
      this.pumpIsDue = false;
      this.pump();
    });
  }

  private admit(): void {
    const wasBusy = this.busy;
    this.busy = true;
    this.ranks.extend();
    this.records.extend();
    this.dispatcher.admit(this.now());
    this.signals.watch(this.graph);
    if (this.stopped !== null) this.cancelUnstarted();
    this.busy = wasBusy;
  }

  private now(): number {
    return this.settings.engine.clock.now();
  }

  // Starting.

  pump(): void {
    if (this.busy || this.over) return;
    this.busy = true;
    this.slice.begin();
    try {
      for (let task = this.attempts.takeDue(); task !== undefined; task = this.attempts.takeDue())
        this.dispatcher.resume(task, this.now());
      this.startMany();
    } catch (error) {
      // A limit or clock of the caller's has thrown where it must not.
      this.broke(error);
      this.abandonRunning();
    }
    this.busy = false;
    this.timeIsFresh = false;
    this.endIfDone();
  }

  private startMany(): void {
    while (this.stopped === null && this.dispatcher.hasReady) {
      const now = this.timeIsFresh ? this.attempts.stoppedMs : this.now();
      this.timeIsFresh = false;
      const task = this.dispatcher.next(now);
      if (task === -1) break;
      const job = this.begin(task, now);
      // Tasks that settle before they return would otherwise keep timers, signals and I/O waiting.
      if (!job.live && this.slice.isOver()) return nextTurn(() => this.pump());
    }
  }

  private begin(task: number, now: number): Job<number> {
    const { attempts, dispatcher, progress } = this;
    const job = attempts.begin(task, now, dispatcher.order.readyAtMs[task] as number);
    progress.running++;
    progress.started(job);
    // The listener may have stopped the run.
    if (this.stopped !== null && job.live)
      attempts.abandon(job, this.cancelled(task, this.stopped.error));
    if (job.live) attempts.launch(job);
    return job;
  }

  private call(task: number, attempt: TaskContext): unknown {
    const { tasks, names, pools } = this.graph;
    const context = new RunContext(names[task] as string, attempt, this);
    const pool = pools[task] as number;
    if (pool === 0) return tasks[task]?.run(context);
    return this.room.holding(pool, () => tasks[task]?.run(context));
  }

  // What its parts ask and tell.

  settled(job: Job<number>): boolean {
    const { busy } = this;
    this.busy = true;
    this.progress.running--;
    this.dispatcher.giveBack(job.index);
    return busy;
  }

  ended(job: Job<number>, ok: boolean, end: unknown, now: number): void {
    const task = job.index;
    this.records.ended(job, end, now);
    this.dispatcher.settle(task, ok);
    this.conclude(task, ok ? 'succeeded' : 'failed');
    this.dispatcher.spread(now);
    this.timeIsFresh = true;
  }

  pausing(job: Job<number>, error: unknown, delayMs: number): void {
    this.dispatcher.pause(job.index);
    this.progress.retrying(job, error, delayMs);
  }

  /** Last, because whoever gets the slots may start before this returns. */
  leave({ index, attemptMs }: Job<number>, result: SlotResult, wasBusy: boolean): void {
    this.busy = wasBusy;
    this.room.leave(this.graph.pools[index] as number, result, attemptMs);
  }

  endingWhenStopped(job: Job<number>, error: unknown): Ending | null {
    if (this.stopped === null) return null;
    const reason = this.stopped.error;
    if (asCancelled(job, error, reason) !== error) return this.cancelled(job.index, reason);
    return { error, gaveUp: 'cancelled' };
  }

  skipped(task: number, reason: SkipReason, root: number): void {
    const { names } = this.graph;
    const cause = root === task ? undefined : this.records.errorOf(root);
    const error = skippedError(reason, names[task] as string, names[root] as string, cause);
    this.endUnstarted(task, { error, gaveUp: 'skipped' });
    this.conclude(task, 'skipped');
  }

  reported(job: Job<number>, data: unknown): void {
    this.progress.reported(job, data);
  }

  resultsFor(task: number): Readonly<Record<string, unknown>> {
    return this.records.dependencies(task, true);
  }

  failuresFor(task: number): Readonly<Record<string, unknown>> {
    return this.records.dependencies(task, false);
  }

  tokensUsed(task: number, count: number): void {
    const isOver = (this.dispatcher.states[task] as number) >= SUCCEEDED;
    this.dispatcher.tokens.use(task, count, isOver);
  }

  broke(error: unknown): void {
    // What the listener throws at the very end counts too.
    if (this.over) this.stopped = { broken: true, error };
    else this.stop(true, error);
  }

  private conclude(task: number, how: 'succeeded' | 'failed' | 'skipped'): void {
    this.signals.unwatch(task);
    this.progress.settled(task, how, this.records);
  }

  /** The task is over without running, though it may have been tried before. */
  private endUnstarted(task: number, end: Ending): void {
    const job = this.attempts.takePaused(task);
    if (job === undefined) this.records.endedUnstarted(task, end, this.now());
    else this.records.ended(job, end, this.now());
  }

  // Stopping.

  private stop(broken: boolean, error: unknown): void {
    if (this.stopped !== null || this.over) return;
    this.stopped = { broken, error };
    const wasBusy = this.busy;
    this.busy = true;
    this.cancelUnstarted();
    this.busy = wasBusy;
    this.attempts.abortAll(error);
    const { graceMs = 0, clock } = this.settings.engine;
    if (graceMs === 0 || this.progress.running === 0) this.abandonRunning();
    else this.cancelGraceTimer = clock.after(graceMs, () => this.abandonRunning());
  }

  private abandonRunning(): void {
    this.attempts.abandonAll((task) => this.cancelled(task, this.stopped?.error));
    this.endIfDone();
  }

  private cancelUnstarted(): void {
    for (let task = 0; task < this.records.size; task++)
      if (this.dispatcher.states[task] !== RUNNING)
        this.cancelUnstartedTask(task, this.stopped?.error);
    this.dispatcher.spread(this.now());
  }

  private cancelUnstartedTask(task: number, reason: unknown): void {
    if ((this.dispatcher.states[task] as number) >= SUCCEEDED) return;
    this.endUnstarted(task, this.cancelled(task, reason));
    this.dispatcher.settle(task, false);
    this.conclude(task, 'failed');
  }

  /** A task's own signal was aborted. */
  private aborted(task: number, reason: unknown): void {
    const job = this.attempts.running(task);
    if (job === undefined) {
      this.cancelUnstartedTask(task, reason);
      this.dispatcher.spread(this.now());
    } else {
      const { context } = job;
      this.attempts.abandon(job, this.cancelled(task, reason));
      // The task itself may have done it, and may go on for a while.
      this.timeIsFresh = false;
      if (context !== null) AttemptContext.abort(context, reason);
    }
    this.pump();
  }

  private cancelled(task: number, reason: unknown): Ending {
    const name = JSON.stringify(this.graph.names[task]);
    const how = this.dispatcher.states[task] === RUNNING ? 'had not finished' : 'was not running';
    const when = this.stopped === null ? 'it was cancelled' : 'the run was stopped';
    const error = new CancelledError(`task ${name} ${how} when ${when}`, reason);
    return { error, gaveUp: 'cancelled' };
  }

  // Ending.

  private endIfDone(): void {
    if (this.over || this.busy || this.dispatcher.unsettled > 0) return;
    this.over = true;
    this.stopListening?.();
    this.cancelGraceTimer?.();
    this.attempts.close();
    this.room.close();
    const report = this.report();
    this.answer.ended();
    this.progress.finished();
    if (this.stopped?.broken === true) this.answer.reject(this.stopped.error);
    else this.answer.resolve(report);
  }

  private report(): ScheduleReport {
    const { graph, settings, dispatcher, records, room, progress } = this;
    const { limit, width } = settings.engine;
    const [shared = Infinity, ...pools] = room.most;
    return reportOf({
      graph,
      settings,
      dispatcher,
      records,
      counts: progress,
      makespanMs: this.now() - this.startedMs,
      stopped: this.stopped !== null,
      slots: [limit === null ? width : shared, ...pools],
    });
  }
}
