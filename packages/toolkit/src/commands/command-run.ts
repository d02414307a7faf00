import { setTimeout as sleep } from 'node:timers/promises';
import { type Failure, type Journal, isAtonceError, type Outcome, type TaskContext } from 'atonce';
import type { ProcessResult } from '../processes/process-request.ts';
import { runProcess, SHORTAGE_MS } from '../processes/run-process.ts';
import { journalOfRun } from '../runs/journal-of-run.ts';
import { isSuccess, missingCode } from '../runs/job-reason.ts';
import type { JobRecord, RunReport } from '../runs/report.ts';
import type { SteeredJobs } from '../runs/steered-jobs.ts';
import { systemMessage } from '../runs/system-message.ts';
import type { MadeCommand } from './command-maker.ts';
import type { CommandHost } from './host.ts';
import type { CommandItem } from './item.ts';
import { failure, JobFailure, NotStarted } from './job-failure.ts';
import { type Attempt, notRun, recordOf, type Told } from './job-record.ts';
import type { JobOutput } from '../runs/output/job-output.ts';
import { isShortage } from '../runs/output/spool-file.ts';
import type { CommandRequest } from './request.ts';
import { RunParts } from './run-parts.ts';

/** What a journal keeps of a job that succeeded. */
export type JobValue = Pick<JobRecord, 'slot' | 'command' | 'outputBytes'>;

/** Waits before retries grow from this to the other, milliseconds, drawn evenly below the ceiling. */
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 30_000;

/** Longest wait for files that are short. */
const LONGEST_WAIT_MS = 250;

/** What a try came to. */
interface Tried {
  readonly result: Told & { readonly shortage: boolean };
  /** Undefined when there was no file for it. */
  readonly output: JobOutput | undefined;
}

/** One run of a command over items: what the engine calls for every item, and what follows from it. */
export class CommandRun extends RunParts {
  /** Attempts that are on, for the rare end in which the engine does not wait for them. */
  readonly #active = new Set<Promise<unknown>>();
  /** Failed jobs that wait for their next attempt, as they would be told if it never came. */
  readonly #unfinished = new Map<number, JobRecord>();
  /** Output that waits for its turn. */
  readonly #resting = new Map<number, JobOutput>();

  constructor(request: CommandRequest, host: CommandHost, steered: SteeredJobs | undefined) {
    super(request, host, steered);
  }

  /** The task that the engine applies to each item. */
  readonly attempt = (item: CommandItem, { index, attempt }: TaskContext): Promise<JobValue> => {
    const running = this.#attempt(item, index + 1, attempt);
    this.#active.add(running);
    const done = (): boolean => this.#active.delete(running);
    running.then(done, done);
    return running;
  };

  /**
   * An item's outcome, in the order in which output is to be written.
   *
   * @throws what a job threw that none should, for instance the host's own `onEvent`.
   */
  async settled(outcome: Outcome<CommandItem, JobValue>): Promise<void> {
    const sequence = outcome.index + 1;
    if (outcome.ok && outcome.resumed) return this.#resumed(outcome.item, sequence, outcome);
    if (!outcome.ok) this.#settleFailure(outcome, sequence);
    const output = this.#resting.get(sequence);
    this.#resting.delete(sequence);
    await this.#deliver(output);
  }

  #settleFailure(outcome: Failure<CommandItem>, sequence: number): void {
    const unfinished = this.#unfinished.get(sequence);
    if (unfinished !== undefined) return this.#finish(unfinished, 0);
    const { attempts, error } = outcome;
    if (attempts === 0 || error instanceof NotStarted) return this.monitor.neverStarted();
    // A job that failed was told when it ended; one that was given up while it ran is told by its end.
    if (!(error instanceof JobFailure) && !isAtonceError(error, 'E_CANCELLED')) throw error;
  }

  /** The engine ended the run by an error: ours to stop, a journal that failed, or one nobody expects. */
  async endedBy(error: unknown): Promise<void> {
    const wasAsked = this.stop.stopping && error === this.stop.stopSignal.reason;
    const isJournal = this.request.journal !== undefined && isAtonceError(error);
    if (!wasAsked)
      this.stop.stop('journal', error instanceof Error ? error.message : String(error));
    await Promise.allSettled(this.#active);
    if (!wasAsked && (!isJournal || !this.monitor.hasBegun)) throw error;
  }

  /** @throws what reading the input threw, when nothing could be run at all. */
  async finish(): Promise<RunReport> {
    await Promise.allSettled(this.#active);
    for (const output of this.#resting.values()) output.discard();
    await this.flush();
    const { inputError } = this.stop;
    if (inputError !== undefined && !this.monitor.hasBegun) throw inputError;
    return this.monitor.report();
  }

  async #attempt(item: CommandItem, sequence: number, attempt: number): Promise<JobValue> {
    if (this.stop.draining) {
      const unfinished = this.#unfinished.get(sequence);
      if (unfinished === undefined) throw new NotStarted();
      this.#finish(unfinished, 0);
      throw failure(unfinished, undefined);
    }
    this.#unfinished.delete(sequence);
    const slot = this.slots.take();
    try {
      return await this.#run({ item, sequence, attempt, slot });
    } finally {
      this.slots.release(slot);
    }
  }

  async #run(attempt: Attempt): Promise<JobValue> {
    const { item, sequence, slot } = attempt;
    let made: MadeCommand;
    try {
      made = this.maker.make({ item, sequence, slot });
    } catch (error) {
      if (!isAtonceError(error, 'E_OPTION')) throw error;
      return this.#fail(recordOf(attempt, '', notRun(error.message)));
    }
    this.monitor.started({ sequence, slot, command: made.command });
    const { result, output } = await this.#tryUntilRun(attempt, made);
    this.monitor.ended();
    this.#noticeOverload(result);
    const job = recordOf(attempt, made.command, result, output);
    return output === undefined ? this.#fail(job) : this.#ended(attempt, job, output);
  }

  /** A job that took too long, or could not be started for want of processes or files, asks for fewer at once. */
  #noticeOverload({ end, shortage }: Tried['result']): void {
    if (end.kind === 'timeout' || shortage) this.steered?.limit.overloaded();
  }

  /** Tries to run the job, giving back all its files and waiting for others to end while files are short. */
  async #tryUntilRun(attempt: Attempt, made: MadeCommand): Promise<Tried> {
    const untilMs = performance.now() + SHORTAGE_MS;
    for (let waitMs = 5; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      const tried = await this.#tryToRun(attempt, made);
      const isOver = performance.now() > untilMs || this.stop.stopping;
      if (!tried.result.shortage || isOver) return tried;
      tried.output?.discard();
      for (const resting of this.#resting.values()) resting.relieve();
      await sleep(waitMs);
    }
  }

  async #tryToRun({ item, sequence }: Attempt, made: MadeCommand): Promise<Tried> {
    let output: JobOutput;
    try {
      const keepIn = this.results?.open(item, sequence);
      output = this.output.open({ sequence, prefix: this.prefixOf(item), keepIn });
    } catch (error) {
      const result = notRun(systemMessage('no file for its output', error));
      return { result: { ...result, shortage: isShortage(error) }, output: undefined };
    }
    return { result: await this.#execute(made, output), output };
  }

  #execute(made: MadeCommand, { stdout, stderr }: JobOutput): Promise<ProcessResult> {
    const { file, args, timeoutMs } = made;
    const { cwd, graceMs } = this.request;
    const { stopSignal: signal, killSignal: killNow } = this.stop;
    const { env, spawner } = this;
    const limits = { timeoutMs, graceMs, shortageMs: 0, signal, killNow };
    return runProcess({ file, args, cwd, env, stdout, stderr, ...limits }, spawner);
  }

  async #ended({ attempt }: Attempt, job: JobRecord, output: JobOutput): Promise<JobValue> {
    const delayMs = this.#retryDelay(job, attempt);
    if (delayMs !== undefined) {
      output.discard();
      this.#unfinished.set(job.sequence, job);
      this.monitor.retrying({ sequence: job.sequence, attempt, end: job.end, delayMs });
      throw failure(job, delayMs);
    }
    this.#noticeClosedOutput(job, output);
    const { stdoutBytes } = output;
    if (this.request.keepOrder) {
      output.rest();
      this.#resting.set(job.sequence, output);
    } else {
      await this.#deliver(output);
    }
    if (this.request.journal !== undefined) await this.written();
    // Output that reached nobody must not be taken for done by the next run.
    if (this.stop.outputLost)
      return this.#fail({ ...job, end: { kind: 'cancelled' } }, stdoutBytes);
    if (!isSuccess(job.end)) return this.#fail(job, stdoutBytes);
    this.#finish(job, stdoutBytes);
    const { slot, command, outputBytes } = job;
    return { slot, command, outputBytes };
  }

  /** A job that shares our output is the one who learns that nobody reads it any more. */
  #noticeClosedOutput({ end }: JobRecord, { stdout }: JobOutput): void {
    if (stdout.to !== 'ours' || end.kind !== 'signal' || end.signal !== 'SIGPIPE') return;
    this.stop.outputFailed({ name: 'EPIPE', code: 'EPIPE', message: 'EPIPE' }, 'EPIPE');
  }

  /** Undefined when the job is not tried again: a program that is missing will be missing again. */
  #retryDelay({ end }: JobRecord, attempt: number): number | undefined {
    const { retries } = this.request;
    if (isSuccess(end) || attempt > retries || this.stop.draining) return undefined;
    if (end.kind === 'cancelled' || missingCode(end) !== undefined) return undefined;
    return Math.random() * Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempt - 1));
  }

  #fail(job: JobRecord, stdoutBytes = 0): never {
    this.#finish(job, stdoutBytes);
    throw failure(job, undefined);
  }

  #finish(job: JobRecord, stdoutBytes: number): void {
    this.#unfinished.delete(job.sequence);
    this.monitor.record(() => this.jobLog?.add(job, stdoutBytes));
    this.monitor.finished(job);
  }

  async #deliver(output: JobOutput | undefined): Promise<void> {
    try {
      await output?.deliver();
    } catch (error) {
      this.stop.stop('output', systemMessage("a job's output could not be read back", error));
    }
  }

  async #resumed(
    item: CommandItem,
    sequence: number,
    {
      value,
      attempts,
      startedAt,
      durationMs,
    }: Extract<Outcome<CommandItem, JobValue>, { ok: true }>,
  ): Promise<void> {
    const { slot = 0, command = '', outputBytes = 0 } = value as Partial<JobValue>;
    const result = { end: { kind: 'exit', code: 0 }, startedAt, durationMs } as const;
    const record = recordOf({ item, sequence, attempt: attempts, slot }, command, result);
    this.monitor.finished({ ...record, outputBytes, resumed: true });
    const keepIn = this.results?.find(item, sequence);
    if (keepIn === undefined) return;
    await this.output.replay({ sequence, prefix: this.prefixOf(item), keepIn });
  }

  /** The journal, with a plan that knows the command rather than our function. */
  journal(options: NonNullable<CommandRequest['journal']>): Journal {
    const { template, shell, timeoutMs = 'by command', cwd = '.' } = this.request;
    return journalOfRun(options, {
      stop: this.stop,
      warn: (text) => this.monitor.warn(text),
      plan: {
        task: 'command',
        code: template.join(' '),
        options: { command: template, shell, timeoutMs, cwd },
      },
    });
  }
}
