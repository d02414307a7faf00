import { isAtonceError } from 'atonce';
import { isSuccess, missingCode, reasonOf } from '../../runs/job-reason.ts';
import type { JobOutput } from '../../runs/output/job-output.ts';
import type { JobRecord } from '../../runs/report.ts';
import { systemMessage } from '../../runs/system-message.ts';
import { needsSuccess } from '../condition/condition.ts';
import type { PlanTask } from '../plan.ts';
import { retriesOf } from '../time-limits.ts';
import { fingerprintOf } from './fingerprint.ts';
import { OrderedOutput, type WaitingOutput } from './ordered-output.ts';
import type { FoundTask, PlanJournal } from './plan-journal.ts';
import type { PlanParts } from './plan-parts.ts';
import type { TaskBook } from './task-book.ts';
import { TaskFailure } from './task-failure.ts';
import { prefixOf, resultsItem, type TaskAttempt, type TaskEnd } from './task-process.ts';

/** Waits before retries grow from this to the other, milliseconds, drawn evenly below the ceiling. */
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 30_000;

/** What follows from the end of a try: another one, or output handed over, journal and book written. */
export class TaskEndings {
  readonly #parts: PlanParts;
  readonly #book: TaskBook;
  readonly #journal: PlanJournal | undefined;
  readonly #ordered: OrderedOutput;
  /** Failed tasks that wait for their next try, as they would be told if it never came. */
  readonly #unfinished = new Map<string, JobRecord>();
  readonly #fingerprints = new Map<string, string>();

  constructor(parts: PlanParts, book: TaskBook, journal: PlanJournal | undefined) {
    this.#parts = parts;
    this.#book = book;
    this.#journal = journal;
    this.#ordered = new OrderedOutput((output) => this.#handOver(output));
  }

  /** What the task is made of, now that all it needs is over. */
  identify(task: PlanTask): string {
    const fingerprint = fingerprintOf(task, this.#book.states);
    this.#fingerprints.set(task.name, fingerprint);
    return fingerprint;
  }

  /** A try begins. */
  begins({ name }: PlanTask): void {
    this.#unfinished.delete(name);
  }

  /** @throws TaskFailure when the task failed, with a wait when it is to be tried again. */
  async ended(attempt: TaskAttempt, tried: TaskEnd): Promise<void> {
    const { task, sequence } = attempt;
    const { stop, monitor } = this.#parts;
    let job = recordOf(attempt, tried);
    const delayMs = tried.isFinal ? undefined : this.#retryDelay(attempt, job);
    if (delayMs !== undefined) {
      tried.output?.discard();
      this.#unfinished.set(task.name, job);
      monitor.retrying({ sequence, attempt: attempt.attempt, end: job.end, delayMs });
      throw new TaskFailure(reasonOf(job.end), delayMs);
    }
    this.#noticeClosedOutput(job, tried.output);
    const stdoutBytes = tried.output?.stdoutBytes ?? 0;
    await this.#deliver(sequence, tried.output);
    if (this.#journal !== undefined) await this.#parts.written();
    // Output that reached nobody must not be taken for done by the next run.
    if (stop.outputLost) job = { ...job, end: { kind: 'cancelled' }, tolerated: false };
    job = await this.#record(task, job, tried);
    this.#finish(task, job, { stdoutBytes, result: tried.result });
    if (!isGood(job)) throw new TaskFailure(reasonOf(job.end));
  }

  /** The task was done by an earlier run. */
  async resumed(task: PlanTask, found: FoundTask): Promise<void> {
    const { output: mode, results } = this.#parts;
    const { fingerprint, result, ...facts } = found;
    const sequence = this.#book.sequenceOf(task);
    const tolerated = !isSuccess(found.end);
    const state = { outcome: 'success', tolerated, reason: undefined, ran: false } as const;
    const job = { ...facts, sequence, name: task.name, tolerated, resumed: true, leftProcesses: 0 };
    this.#book.ran(task, job, { ...state, fingerprint, result });
    const keepIn = results?.find(resultsItem(task), sequence);
    const prefix = prefixOf(task, this.#parts);
    const nothing = (): void => undefined;
    const deliver = async (): Promise<void> => mode.replay({ sequence, prefix, keepIn });
    const output = { deliver, rest: nothing, relieve: nothing, discard: nothing };
    await this.#deliver(sequence, output);
  }

  /** The task does nothing itself. */
  group(task: PlanTask): void {
    const { name } = task;
    const facts = { sequence: this.#book.sequenceOf(task), slot: 0, command: '', attempts: 1 };
    const times = { startedAt: Date.now(), durationMs: 0 };
    const end = { kind: 'exit', code: 0 } as const;
    const job = { ...facts, ...times, name, end, resumed: false, outputBytes: 0, leftProcesses: 0 };
    this.#finish(task, job, { stdoutBytes: 0, result: undefined });
  }

  /** The task is not run because of its `when`, which for most tasks is what they need. */
  leftOut(task: PlanTask): void {
    const obstacle = this.#book.states.obstacle(task);
    if (this.#parts.stop.draining || obstacle?.outcome === 'cancelled') return this.#cancel(task);
    const isObstacle = obstacle !== undefined && needsSuccess(task.when);
    const reason = isObstacle ? obstacle.reason : `not so: ${task.when.text}`;
    this.#book.leftOut(task, 'skipped', reason);
    this.#ordered.over(this.#book.sequenceOf(task), undefined);
  }

  /** The run is stopped and the task has no further try, or none at all. */
  notStarted(task: PlanTask): void {
    const unfinished = this.#unfinished.get(task.name);
    if (unfinished === undefined) this.#cancel(task);
    else this.#finish(task, unfinished, { stdoutBytes: 0, result: undefined });
  }

  /** Gives back files of output that waits for its turn. */
  relieve(): void {
    this.#ordered.relieve();
  }

  /** Waits until all output is handed over. */
  async finish(): Promise<void> {
    await this.#ordered.finish();
  }

  #cancel(task: PlanTask): void {
    this.#book.leftOut(task, 'cancelled', 'the run was stopped');
    this.#ordered.over(this.#book.sequenceOf(task), undefined);
  }

  /** Writes the end into the journal; one that cannot be kept there is no success. */
  async #record(task: PlanTask, job: JobRecord, { result }: TaskEnd): Promise<JobRecord> {
    if (this.#journal === undefined || job.end.kind === 'cancelled') return job;
    const { slot, command, outputBytes, end } = job;
    try {
      if (isGood(job)) {
        const fingerprint = this.#fingerprints.get(task.name) ?? '';
        const kept = { fingerprint, slot, command, outputBytes, end };
        await this.#journal.done(task.name, job, result === undefined ? kept : { ...kept, result });
      } else {
        await this.#journal.failed(task.name, job, new TaskFailure(reasonOf(end)));
      }
      return job;
    } catch (error) {
      const { message } = error as Error;
      const own = isAtonceError(error, 'E_UNSERIALISABLE');
      const failed = own ? ({ kind: 'error', name: error.name, message } as const) : undefined;
      return { ...job, tolerated: false, end: failed ?? { kind: 'cancelled' } };
    }
  }

  #finish(
    task: PlanTask,
    job: JobRecord,
    { stdoutBytes, result }: Pick<TaskEnd, 'result'> & { readonly stdoutBytes: number },
  ): void {
    const { monitor, jobLog } = this.#parts;
    this.#unfinished.delete(task.name);
    const isCancelled = job.end.kind === 'cancelled';
    const isGroup = task.work.kind === 'group';
    if (!isGroup) monitor.record(() => jobLog?.add(job, stdoutBytes));
    this.#book.ran(task, job, {
      outcome: isGood(job) ? 'success' : isCancelled ? 'cancelled' : 'failure',
      tolerated: job.tolerated === true,
      reason: isCancelled ? 'the run was stopped' : undefined,
      result,
      fingerprint: this.#fingerprints.get(task.name) ?? '',
      // A group is as new as what it stands for.
      ran: !isGroup || this.#book.states.someRan(task),
    });
    this.#ordered.over(job.sequence, undefined);
  }

  /** Undefined when the task is not tried again: a program that is missing will be missing again. */
  #retryDelay({ task, attempt }: TaskAttempt, { end }: JobRecord): number | undefined {
    const { stop, request } = this.#parts;
    if (isSuccess(end) || attempt > retriesOf(task, request) || stop.draining) return undefined;
    if (end.kind === 'cancelled' || missingCode(end) !== undefined) return undefined;
    return Math.random() * Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempt - 1));
  }

  /** A task that shares our output is the one who learns that nobody reads it any more. */
  #noticeClosedOutput({ end }: JobRecord, output: JobOutput | undefined): void {
    if (output?.stdout.to !== 'ours' || end.kind !== 'signal' || end.signal !== 'SIGPIPE') return;
    const error = { name: 'EPIPE', code: 'EPIPE', message: 'EPIPE' };
    this.#parts.stop.outputFailed(error, 'EPIPE');
  }

  async #deliver(sequence: number, output: WaitingOutput | undefined): Promise<void> {
    if (output === undefined) return;
    if (this.#parts.request.keepOrder) this.#ordered.over(sequence, output);
    else await this.#handOver(output);
  }

  async #handOver(output: WaitingOutput): Promise<void> {
    try {
      await output.deliver();
    } catch (error) {
      const message = systemMessage("a task's output could not be read back", error);
      this.#parts.stop.stop('output', message);
    }
  }
}

/** Whether the run takes it for done. */
function isGood({ end, tolerated }: JobRecord): boolean {
  return isSuccess(end) || tolerated === true;
}

function recordOf({ task, sequence, slot, attempt }: TaskAttempt, tried: TaskEnd): JobRecord {
  const { command, startedAt, durationMs, leftProcesses, output } = tried;
  const problem = output?.problem;
  const end =
    problem === undefined ? tried.end : ({ kind: 'spawn-failed', message: problem } as const);
  const tolerated = task.allowFailure && !isSuccess(end) && end.kind !== 'cancelled';
  const facts = { sequence, name: task.name, slot, command, attempts: attempt, startedAt };
  const outputBytes = output?.bytes ?? 0;
  return { ...facts, durationMs, end, tolerated, resumed: false, outputBytes, leftProcesses };
}
