import { isAtonceError } from 'atonce';
import { type Halt, haltAt } from './halt.ts';
import type { JobEnd, JobEvent, JobRecord, RunReport } from './report.ts';
import type { SteeredJobs } from './steered-jobs.ts';
import type { StopSwitch } from './stop-switch.ts';
import { Tally } from './tally.ts';
import type { TraceFile } from './trace-file.ts';

/** What a monitor needs of its run. */
export interface MonitorOptions {
  readonly total: number | undefined;
  readonly halt: Halt;
  readonly stop: StopSwitch;
  readonly onEvent: ((event: JobEvent) => void) | undefined;
  readonly trace: TraceFile | undefined;
  /** A run that stopped early can be continued. */
  readonly resumable: boolean;
  /** The number of jobs at once where it is found while they run. */
  readonly steered: SteeredJobs | undefined;
}

/** A job that is running. */
export type StartedJob = Pick<JobRecord, 'sequence' | 'slot' | 'command'>;

/** Watches a run: counts, tells events, draws the trace, and applies the halt rule. */
export class RunMonitor {
  readonly #options: MonitorOptions;
  readonly #tally = new Tally();
  readonly #warnings: string[] = [];
  #started = false;

  constructor(options: MonitorOptions) {
    this.#options = options;
  }

  /** Whether any job was started or taken from a journal. */
  get hasBegun(): boolean {
    return this.#started;
  }

  /** An attempt begins. */
  started(job: StartedJob): void {
    this.#started = true;
    this.#tally.running++;
    this.#running();
    this.#options.onEvent?.({ type: 'started', ...job });
    this.#tellCounts();
  }

  /** The attempt is over; `retrying` or `finished` follows. */
  ended(): void {
    this.#tally.running--;
    this.#running();
  }

  retrying(event: {
    readonly sequence: number;
    readonly attempt: number;
    readonly end: JobEnd;
    readonly delayMs: number;
  }): void {
    this.#options.onEvent?.({ type: 'retrying', ...event });
    this.#tellCounts();
  }

  /** A job is over for good. */
  finished(job: JobRecord): void {
    this.#started = true;
    this.#tally.add(job);
    if (job.leftProcesses > 0) {
      this.warn(`job ${job.sequence} left ${job.leftProcesses} processes that outlived SIGKILL`);
    }
    if (!job.resumed) this.record(() => this.#options.trace?.job(job));
    this.#options.onEvent?.({ type: 'finished', job });
    this.#tellCounts();
    this.#applyHalt();
  }

  /** An item was taken but its job never started. */
  neverStarted(): void {
    this.#tally.cancelled++;
  }

  warn(text: string): void {
    if (this.#warnings.length < 100) this.#warnings.push(text);
  }

  /** Writes to a record of the run; one that cannot be written lets running jobs end and starts nothing new. */
  record(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!isAtonceError(error)) throw error;
      this.#options.stop.drain('output', error.message);
    }
  }

  report(): RunReport {
    const { stop, resumable, steered } = this.#options;
    const { stopped, problem, outputClosed } = stop;
    return this.#tally.report({
      stopped,
      problem,
      outputClosed,
      resumable,
      warnings: this.#warnings,
      limit: steered?.report(),
    });
  }

  #running(): void {
    const { trace } = this.#options;
    if (trace !== undefined) this.record(() => trace.running(this.#tally.running));
  }

  #applyHalt(): void {
    const { halt, total, stop } = this.#options;
    const { failed, succeeded, resumed } = this.#tally;
    const how = haltAt(halt, { failed, ended: failed + succeeded - resumed, total });
    if (how === 'soon') stop.drain('halt');
    if (how === 'now') stop.stop('halt');
  }

  #tellCounts(): void {
    const { onEvent, total } = this.#options;
    if (onEvent === undefined) return;
    const { running, succeeded, failed, resumed } = this.#tally;
    onEvent({ type: 'counts', total, running, succeeded, failed, resumed });
  }
}
