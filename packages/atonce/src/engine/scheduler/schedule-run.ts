import { onAbort } from '../../kernel/on-abort.ts';
import { AttemptContext } from '../attempt-context.ts';
import { nextTurn } from '../host.ts';
import type { Job } from '../job.ts';
import type { SlotResult } from '../limits/limit.ts';
import { closeAll } from '../run-end.ts';
import { Slice } from '../slice.ts';
import type { TaskContext } from '../task.ts';
import { Attempts, type AttemptsOwner } from './attempts.ts';
import { type ContextHost, RunContext } from './context.ts';
import { Dispatcher, type DispatcherOwner, SUCCEEDED } from './dispatcher.ts';
import type { SchedulerSettings } from './options.ts';
import { PoolRoom } from './pool-room.ts';
import { Ranks } from './ranks.ts';
import { type Ending, Records } from './records.ts';
import { reportOf, type ScheduleReport } from './report.ts';
import { RunProgress } from './run-progress.ts';
import type { SkipReason } from './skipped-error.ts';
import { TaskEndings } from './task-endings.ts';
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
  private readonly endings: TaskEndings;
  private readonly slice: Slice;
  private readonly startedMs: number;
  /** While starting or settling tasks: nothing else may start or end in between. */
  private busy = false;
  private over = false;
  private pumpIsDue = false;
  /** Some task was to be tried again; runs in which none is need not look for them. */
  private hasPaused = false;
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
    const isOver = (task: number): boolean => (this.dispatcher.states[task] as number) >= SUCCEEDED;
    this.signals = new TaskSignals(graph, isOver, (task, reason) => this.aborted(task, reason));
    const { dispatcher, attempts, records, progress, signals } = this;
    const { clock } = settings.engine;
    const parts = { graph, clock, dispatcher, attempts, records, progress, signals };
    this.endings = new TaskEndings(parts);
    this.slice = new Slice(clock);
  }

  /** Begins. Tasks may be called before this returns. */
  start(signal: AbortSignal | undefined): void {
    this.admit();
    if (signal?.aborted === true) this.stop(false, signal.reason);
    else if (signal !== undefined)
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
    this.signals.watch();
    if (this.stopped !== null) this.endings.cancelAllUnstarted();
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
      this.resumeDue();
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

  /** Whether any task was waiting for a further try that is due. */
  private resumeDue(): boolean {
    if (!this.hasPaused) return false;
    const { attempts, dispatcher } = this;
    let resumed = 0;
    for (let task = attempts.takeDue(); task !== undefined; task = attempts.takeDue()) {
      dispatcher.resume(task, this.now());
      resumed++;
    }
    return resumed > 0;
  }

  private startMany(): void {
    while (this.stopped === null && (this.dispatcher.hasReady || this.resumeDue())) {
      const now = this.timeIsFresh ? this.attempts.stoppedMs : this.now();
      this.timeIsFresh = false;
      const task = this.dispatcher.next(now);
      // What failed before it returned may be due again already.
      if (task === -1 && this.resumeDue()) continue;
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
      attempts.abandon(job, this.endings.cancellation(task, this.stopped.error));
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
    this.endings.ended(job, ok, end, now);
    this.timeIsFresh = true;
  }

  pausing(job: Job<number>, error: unknown, delayMs: number): void {
    this.hasPaused = true;
    this.dispatcher.pause(job.index);
    this.progress.retrying(job, error, delayMs);
  }

  /** Last, because whoever gets the slots may start before this returns. */
  leave({ index, attemptMs }: Job<number>, result: SlotResult, wasBusy: boolean): void {
    this.busy = wasBusy;
    try {
      this.room.leave(this.graph.pools[index] as number, result, attemptMs);
    } catch (error) {
      // A limit of the caller's has thrown where it must not.
      this.broke(error);
    }
  }

  endingWhenStopped(job: Job<number>, error: unknown): Ending | null {
    return this.endings.endingWhenStopped(job, error);
  }

  skipped(task: number, reason: SkipReason, root: number): void {
    this.endings.skipped(task, reason, root);
  }

  cancelled(task: number): boolean {
    return this.endings.cancelAborted(task);
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
    // What the listener or a limit throws at the very end counts too.
    if (this.over) this.stopped = { broken: true, error };
    else this.stop(true, error);
  }

  // Stopping.

  private stop(broken: boolean, error: unknown): void {
    if (this.stopped !== null || this.over) return;
    this.stopped = { broken, error };
    this.endings.stopped = this.stopped;
    const wasBusy = this.busy;
    this.busy = true;
    this.endings.cancelAllUnstarted();
    this.busy = wasBusy;
    this.attempts.abortAll(error);
    const { graceMs = 0, clock } = this.settings.engine;
    if (graceMs === 0 || this.progress.running === 0) this.abandonRunning();
    else this.cancelGraceTimer = clock.after(graceMs, () => this.abandonRunning());
  }

  private abandonRunning(): void {
    this.attempts.abandonAll((task) => this.endings.cancellation(task, this.stopped?.error));
    this.endIfDone();
  }

  /** A task's own signal was aborted. */
  private aborted(task: number, reason: unknown): void {
    const job = this.attempts.running(task);
    // Without a job a running task is just coming to its end, and is asked there whether it was cancelled.
    if (job === undefined) {
      this.endings.cancelUnstarted(task, reason);
      this.dispatcher.spread(this.now());
    } else {
      const { context } = job;
      this.attempts.abandon(job, this.endings.cancellation(task, reason));
      // The task itself may have done it, and may go on for a while.
      this.timeIsFresh = false;
      if (context !== null) AttemptContext.abort(context, reason);
    }
    this.pump();
  }

  // Ending.

  private endIfDone(): void {
    if (this.over || this.busy || this.dispatcher.unsettled > 0) return;
    this.over = true;
    const thrown = closeAll([
      () => this.stopListening?.(),
      () => this.cancelGraceTimer?.(),
      () => this.attempts.close(),
      () => this.room.close(),
    ]);
    if (thrown !== null) this.broke(thrown.error);
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
