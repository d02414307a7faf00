import type { TimeoutError } from '../kernel/errors.ts';
import { onAbort } from '../kernel/on-abort.ts';
import { EventLoop, type EventLoopOwner } from './event-loop.ts';
import { type GateKeeper, Gates } from './gates.ts';
import { Intake, type IntakeOwner } from './intake.ts';
import type { Job, JobOwner } from './job.ts';
import { nextTurn } from './host.ts';
import { JobPool } from './job-pool.ts';
import { journalPlan, Journaling } from './journaling.ts';
import { Ledger, type LedgerOwner } from './ledger.ts';
import type { SlotResult } from './limits/limit.ts';
import { resultOfError } from './limits/overload.ts';
import type { Settings } from './options.ts';
import type { Tally } from './progress-meter.ts';
import { RetryQueue } from './retry-queue.ts';
import type { RetryAnswer } from './retry.ts';
import { NOT_SHIPPABLE } from './runner-session.ts';
import { closeAll, lateBreak } from './run-end.ts';
import type { Decision } from './runner.ts';
import type { RunEnd, Sink } from './sink.ts';
import { openSource, type RunItems, type SourceListener } from './source.ts';
import { Slice } from './slice.ts';
import { asCancelled, cancelled } from './stopping.ts';
import { Submission, type SubmissionOwner } from './submission.ts';
import type { Task } from './task.ts';

/** What a run is told by its parts. */
type Roles<T> = JobOwner<T> &
  EventLoopOwner<T> &
  GateKeeper &
  IntakeOwner<T> &
  LedgerOwner &
  SourceListener &
  SubmissionOwner<T>;

/**
 * One execution of a task over items. It takes items while there is room, starts their tasks, and
 * tells the sink what became of each exactly once; then it ends exactly once. Every feature that
 * was not asked for is `null` and costs one comparison.
 *
 * An item's way: taken by the intake → perhaps done in the journal already → started on the event loop or
 * submitted to a runner → settled → perhaps waiting for its next try → the ledger, which writes,
 * counts and delivers it.
 *
 * Members are TypeScript-private rather than `#private`: on Node 20 the latter make V8 give up
 * optimising this class after some million items, which triples the cost of each.
 */
export class Run<T, R> implements Roles<T> {
  private readonly task: Task<T, R>;
  private readonly settings: Settings<T>;
  private readonly sink: Sink<T, R>;
  private readonly width: number;
  private readonly jobs: JobPool<T>;
  private readonly loop: EventLoop<T, R>;
  private readonly intake: Intake<T, R>;
  private readonly ledger: Ledger<T, R>;
  private readonly gates: Gates<T> | null;
  private readonly retries: RetryQueue<T> | null;
  /** Whether anything at all wants to know when attempts start and end. */
  private readonly watched: boolean;
  /** Nobody watches and nothing is tried again, so that jobs may take the shortest way. */
  private readonly plain: boolean;
  /** Set where a runner executes the items, instead of the event loop. */
  private session: Submission<T, R> | null = null;
  private running = 0;
  private opened = false;
  /** While starting or delivering items: nothing else may start or end in between. */
  private busy = false;
  private over = false;
  private readonly slice: Slice;
  private stopped: Pick<RunEnd, 'how' | 'error'> | null = null;
  private sourceEnd: Pick<RunEnd, 'how' | 'error'> | null = null;
  /** Ends what the run has opened: parts, timers, listeners. */
  private readonly closings: (() => void)[] = [() => this.loop.close(), () => this.gates?.close()];

  /** @throws OptionError when `items` cannot be iterated. */
  constructor(items: RunItems<T>, task: Task<T, R>, settings: Settings<T>, sink: Sink<T, R>) {
    const { timeoutMs, clock, onProgress, retry, rate, limit, journal } = settings;
    this.task = task;
    this.settings = settings;
    this.sink = sink;
    this.width = settings.width;
    this.slice = new Slice(clock);
    this.jobs = new JobPool<T>(this);
    this.loop = new EventLoop<T, R>(task, settings, this.jobs, this);
    this.ledger = new Ledger<T, R>(this, this.jobs, sink, settings);
    this.retries = retry === null ? null : new RetryQueue(clock, () => this.pump());
    const gated = rate !== null || limit !== null || journal !== null || sink.room() !== Infinity;
    this.gates = gated ? new Gates(settings, sink, this) : null;
    this.watched = sink.timed || gated || timeoutMs !== null || onProgress !== null;
    this.plain = !this.watched && retry === null && settings.runner === null;
    const { jobs, retries, gates, ledger } = this;
    const source = openSource(items, this);
    const watch = this.watched ? clock : null;
    this.intake = new Intake(this, { source, jobs, retries, gates, ledger, sink, clock: watch });
  }

  /** Begins. Tasks may be called before this returns. */
  start(): void {
    const { signal, journal } = this.settings;
    if (signal?.aborted === true) this.stop('aborted', signal.reason);
    else if (signal !== null)
      this.closings.push(onAbort(signal, () => this.stop('aborted', signal.reason)));
    if (journal === null || this.isStopped()) this.open();
    else void this.openJournal(journal);
  }

  /** Ends the run early; the first reason counts. */
  stop(how: RunEnd['how'], error: unknown): void {
    if (this.stopped !== null || this.over) return;
    this.stopped = { how, error };
    for (const job of this.retries?.drain() ?? []) this.cancel(job);
    this.loop.abort(error);
    this.session?.abort(error);
    // A runner settles what it has itself, at the latest after the grace.
    if (this.running > 0 && this.session === null) this.giveGrace(this.settings.graceMs ?? 0);
    this.endIfDone();
  }

  private async openJournal(journal: NonNullable<Settings<T>['journal']>): Promise<void> {
    try {
      const session = await journal.open(journalPlan(this.task, this.settings));
      this.ledger.journaling = new Journaling(session, this.settings.key);
    } catch (error) {
      this.stop('broken', error);
    }
    this.open();
  }

  private open(): void {
    this.opened = true;
    const { task, intake, settings, sink, watched } = this;
    if (this.stopped === null && settings.runner !== null) {
      try {
        const parts = { task, intake, settings, sink, watched };
        this.session = new Submission<T, R>(this, settings.runner, parts);
      } catch (error) {
        this.stop('broken', error);
      }
    }
    this.pump();
  }

  // Taking and starting.

  /** Starts what there is room for. Called whenever there may be more room or more items. */
  pump(): void {
    if (this.busy || this.over || !this.opened) return;
    this.busy = true;
    this.slice.begin();
    try {
      if (this.session === null) this.startMany();
      else this.session.pump();
    } catch (error) {
      // A limit, clock or runner of the caller's has thrown where it must not.
      this.busy = false;
      this.stop('broken', error);
      return this.abandonRunning();
    }
    this.busy = false;
    if (this.running === 0) this.endIfDone();
  }

  private startMany(): void {
    while (this.running < this.width && this.stopped === null) {
      const job = this.intake.next();
      if (job === null) break;
      this.begin(job);
      if (job.live) this.loop.launch(job);
      // Tasks that settle before they return would otherwise keep timers, signals and I/O waiting.
      if (!job.live && this.slice.isOver()) return nextTurn(() => this.pump());
    }
  }

  begin(job: Job<T>): void {
    job.attempt++;
    job.live = true;
    this.running++;
    if (!this.watched) return;
    job.context = null;
    const { clock } = this.settings;
    // An item that nothing has held up was taken this very moment.
    const heldUp = job.attempt > 1 || this.gates !== null || this.session !== null;
    job.attemptAtMs = heldUp ? clock.now() : job.takenAtMs;
    if (job.attempt === 1) job.startedAt = clock.epoch();
    if (this.session === null) this.loop.watch(job, job.attemptAtMs);
    this.ledger.tellStarted(job);
    // The listener may have stopped the run.
    if (this.stopped !== null && job.live) this.abandon(job);
  }

  // Settling.

  fulfilled(job: Job<T>, value: unknown): void {
    if (this.plain && !this.busy) return this.goOn(job, value as R);
    const wasBusy = this.settled(job);
    this.ledger.succeed(job, value as R);
    this.leave(job, 'success', wasBusy);
  }

  /** Delivers the value and starts the next item in the same job: a third of the time that the way through `pump` takes. */
  private goOn(job: Job<T>, value: R): void {
    this.busy = true;
    job.live = false;
    this.running--;
    this.sink.succeeded(job, value, false);
    if (this.stopped !== null || !this.intake.reload(job)) this.jobs.free(job);
    // By whoever gives the items.
    else if (this.isStopped()) this.cancel(job);
    else {
      this.begin(job);
      this.loop.launch(job);
    }
    this.busy = false;
  }

  rejected(job: Job<T>, error: unknown): void {
    const wasBusy = this.settled(job);
    this.attemptFailed(job, error);
    // What was thrown is looked at only for a limit, which may learn from it.
    this.leave(job, job.holding ? resultOfError(error) : 'ignore', wasBusy);
  }

  timedOut(job: Job<T>, error: TimeoutError): void {
    const wasBusy = this.settled(job);
    // Its promise may still settle one day, so the item goes on in a copy.
    this.attemptFailed(this.jobs.replace(job), error);
    this.leave(job, 'overload', wasBusy);
    this.pump();
  }

  /** The attempt is over and its clock stops. The run is busy until `leave`, and is told there if it was before. */
  private settled(job: Job<T>): boolean {
    const { busy } = this;
    this.busy = true;
    job.live = false;
    this.running--;
    if (!this.watched) return busy;
    job.endedAtMs = this.settings.clock.now();
    job.attemptMs = job.endedAtMs - job.attemptAtMs;
    if (this.session === null) job.ranMs += job.attemptMs;
    this.loop.unwatch(job);
    return busy;
  }

  /** Gives the attempt's slot back. Last, because whoever gets it may start before this returns. */
  private leave(job: Job<T>, result: SlotResult, wasBusy: boolean): void {
    this.busy = wasBusy;
    if (!job.holding) return;
    job.holding = false;
    try {
      this.gates?.leave(result, job.attemptMs);
    } catch (error) {
      // A limit of the caller's, or the law or listener of one.
      this.stop('broken', error);
    }
  }

  private attemptFailed(job: Job<T>, error: unknown): void {
    const { retries, ledger } = this;
    if (this.wasStopped(job, error)) return;
    const { retry } = this.settings;
    if (retry === null || retries === null) return ledger.fail(job, error, 'no-retry');
    let answer: RetryAnswer;
    try {
      answer = retry(job.attempt, error);
    } catch (broken) {
      this.stop('broken', broken);
      return ledger.fail(job, error, 'not-retryable');
    }
    // The predicate may have stopped the run itself.
    if (this.wasStopped(job, error)) return;
    if (!answer.again) return ledger.fail(job, error, answer.gaveUp);
    retries.add(job, answer.delayMs);
    ledger.tellRetrying(job, error, answer.delayMs);
  }

  /** In a run that is stopped a failure counts as cancelled, and nothing is tried again. */
  private wasStopped(job: Job<T>, error: unknown): boolean {
    const { stopped } = this;
    if (stopped !== null)
      this.ledger.fail(job, asCancelled(job, error, stopped.error), 'cancelled');
    return stopped !== null;
  }

  // What its parts tell the run.

  standing(): Pick<Tally, 'total' | 'taken' | 'running' | 'waiting'> {
    const { intake, running, retries } = this;
    return { total: intake.total, taken: intake.taken, running, waiting: retries?.size ?? 0 };
  }

  occupy(by: 1 | -1): void {
    this.running += by;
  }

  beginNext(): Job<T> | null {
    const job = this.intake.begun();
    if (job !== null) this.begin(job);
    return job;
  }

  isStopped(): boolean {
    return this.stopped !== null;
  }

  reported(job: Job<T>, data: unknown): void {
    this.ledger.tellReport(job, data);
  }

  waits(at: 'rate-limit' | 'limit', ms: number | undefined): void {
    this.ledger.tellWaiting(at, ms);
  }

  broke(error: unknown): void {
    if (this.sink.failFast) return this.stop('source', error);
    // The items taken so far still run to their end.
    this.sourceEnd = { how: 'source', error };
    this.intake.close(false);
    this.pump();
  }

  // Ending.

  private giveGrace(graceMs: number): void {
    if (graceMs === 0) return this.abandonRunning();
    this.closings.push(this.settings.clock.after(graceMs, () => this.abandonRunning()));
  }

  abandonRunning(): void {
    // What is told of one may end another.
    for (const job of this.jobs.live()) if (job.live) this.abandon(job);
    this.endIfDone();
  }

  /** Gives up an attempt whose promise may still settle one day. */
  abandon(job: Job<T>): void {
    const wasBusy = this.settled(job);
    this.cancel(this.jobs.replace(job));
    this.leave(job, 'ignore', wasBusy);
  }

  cancel(job: Job<T>): void {
    this.ledger.fail(job, cancelled(job, this.stopped?.error), 'cancelled');
  }

  private endIfDone(): void {
    if (this.over || this.busy || !this.opened || this.running > 0) return;
    if (this.ledger.writing > 0 || this.standing().waiting > 0) return;
    if (this.stopped === null && !this.intake.ended) return;
    this.over = true;
    this.end(this.stopped ?? this.sourceEnd ?? { how: 'completed', error: undefined });
  }

  private end(why: Pick<RunEnd, 'how' | 'error'>): void {
    let ranWhere: Decision | undefined;
    const thrown = closeAll([...this.closings, () => (ranWhere = this.session?.close())]);
    const decision = this.settings.boundToLoop ? NOT_SHIPPABLE : ranWhere;
    if (why.how !== 'completed') this.intake.close(this.sink.wantsAll);
    const end = lateBreak({ ...why, taken: this.intake.taken, decision }, thrown);
    const { journaling } = this.ledger;
    if (journaling === null) return this.tellEnd(end);
    journaling.close().then(
      () => this.tellEnd(end),
      (error: unknown) =>
        this.tellEnd(end.how === 'broken' ? end : { ...end, how: 'broken', error }),
    );
  }

  private tellEnd(end: RunEnd): void {
    this.sink.ended(lateBreak(end, this.ledger.tellFinished()));
  }
}
