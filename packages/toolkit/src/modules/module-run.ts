import {
  type Decision,
  type Journal,
  type Outcome,
  type ProgressEvent,
  isAtonceError,
} from 'atonce';
import { journalOfRun } from '../runs/journal-of-run.ts';
import { OutputWriter } from '../runs/output-writer.ts';
import type { JobEnd, JobRecord, RunReport } from '../runs/report.ts';
import { RunMonitor } from '../runs/run-monitor.ts';
import { Slots } from '../runs/slots.ts';
import type { SteeredJobs } from '../runs/steered-jobs.ts';
import { StopSwitch } from '../runs/stop-switch.ts';
import { systemMessage } from '../runs/system-message.ts';
import { TraceFile } from '../runs/trace-file.ts';
import type { ModuleHost } from './host.ts';
import { type BadItem, NumberedItems } from './numbered-items.ts';
import type { Json, ModuleRequest } from './request.ts';
import { endOfError, errorLine, errorRecord, valueLine } from './result-line.ts';

/** The sum of a module run. */
export interface ModuleReport extends RunReport {
  /** Where the function ran and why, when anything but the event loop was asked for. */
  readonly decision: Decision | undefined;
}

/** One run of a function over values: what follows from each outcome. */
export class ModuleRun {
  readonly stop: StopSwitch;
  readonly items: NumberedItems;
  /** Resolves when the run is to end without waiting for anything. */
  readonly killed: Promise<void>;
  decision: Decision | undefined;
  /** The number of items at once where it is found while they run. */
  readonly steered: SteeredJobs | undefined;
  /** For the engine: told of starts and retries, when somebody wants to see them. */
  readonly onProgress: ((event: ProgressEvent) => void) | undefined;
  readonly #request: ModuleRequest;
  readonly #monitor: RunMonitor;
  readonly #writer: OutputWriter;
  readonly #trace: TraceFile | undefined;
  readonly #command: string;
  readonly #slots = new Slots();
  /** Slots of the items that run, by the engine's index. */
  readonly #slotOf = new Map<number, number>();

  constructor(request: ModuleRequest, host: ModuleHost, steered: SteeredJobs | undefined) {
    const { total, halt, journal, trace, module, exportName } = request;
    this.#request = request;
    this.steered = steered;
    this.#command = `${module}#${exportName}`;
    this.#trace = trace === undefined ? undefined : new TraceFile(trace, this.#command);
    this.stop = new StopSwitch(host);
    this.#monitor = new RunMonitor({
      total,
      halt,
      stop: this.stop,
      onEvent: host.onEvent,
      trace: this.#trace,
      resumable: journal !== undefined,
      steered,
    });
    this.#writer = new OutputWriter(host.stdout, (error) => {
      this.stop.outputFailed(error, systemMessage('stdout', error));
    });
    this.items = new NumberedItems(request.items, (bad) => this.#bad(bad));
    this.killed = new Promise((resolve) => {
      this.stop.killSignal.addEventListener('abort', () => {
        this.#writer.abandon();
        resolve();
      });
      if (this.stop.killSignal.aborted) resolve();
    });
    const isWatched = host.onEvent !== undefined || trace !== undefined;
    this.onProgress = isWatched ? (event) => this.#progress(event) : undefined;
  }

  get wasKilled(): boolean {
    return this.stop.killSignal.aborted;
  }

  /** An item's outcome, in the order in which results are to be written. */
  async settled(outcome: Outcome<Json, unknown>): Promise<void> {
    const index = this.items.placeOf(outcome.index);
    this.items.answered(outcome.index);
    await this.items.tellUpTo(this.#request.keepOrder ? index : Infinity);
    if (!outcome.ok && outcome.attempts === 0) return this.#monitor.neverStarted();
    const { line, end } = this.#result(index, outcome);
    const slot = this.#slotOf.get(outcome.index) ?? 0;
    this.#slotOf.delete(outcome.index);
    this.#monitor.finished({
      ...this.#record(index, end, Buffer.byteLength(line)),
      slot,
      attempts: outcome.attempts,
      startedAt: outcome.startedAt,
      durationMs: outcome.durationMs,
      resumed: outcome.resumed,
    });
    await this.#writer.write(line);
  }

  /** The engine ended the run by an error: ours to stop, a journal that failed, or one nobody expects. */
  endedBy(error: unknown): void {
    const wasAsked = this.stop.stopping && error === this.stop.stopSignal.reason;
    if (wasAsked) return;
    const isOurs = isAtonceError(error) && error.code !== 'E_TASK_LOAD';
    const isJournal = this.#request.journal !== undefined && isOurs;
    this.stop.stop('journal', error instanceof Error ? error.message : String(error));
    if (!isJournal || !this.#monitor.hasBegun) throw error;
  }

  /** @throws what reading the input threw, when nothing could be run at all. */
  async finish(): Promise<ModuleReport> {
    if (this.wasKilled) this.#giveUp();
    await this.items.tellUpTo(Infinity);
    await this.#writer.close();
    const { inputError } = this.stop;
    if (inputError !== undefined && !this.#monitor.hasBegun) throw inputError;
    return { ...this.#monitor.report(), decision: this.decision };
  }

  /** Counts what was not waited for. */
  #giveUp(): void {
    for (let left = this.items.unanswered; left > 0; left--) this.#monitor.neverStarted();
  }

  async close(): Promise<void> {
    await this.#writer.close();
    this.stop.close();
    this.steered?.close();
    this.#trace?.close();
  }

  journal(options: NonNullable<ModuleRequest['journal']>): Journal {
    return journalOfRun(options, {
      stop: this.stop,
      warn: (text) => this.#monitor.warn(text),
    });
  }

  #result(index: number, outcome: Outcome<Json, unknown>): { line: string; end: JobEnd } {
    const { output, timeoutMs } = this.#request;
    let error: unknown;
    if (outcome.ok) {
      try {
        const line = valueLine(index, outcome.value, output);
        return { line, end: { kind: 'exit', code: 0 } };
      } catch (unserialisable) {
        error = unserialisable;
      }
    } else {
      ({ error } = outcome);
    }
    const line = output === 'values' ? '' : errorLine(index, errorRecord(error));
    return { line, end: endOfError(error, timeoutMs) };
  }

  #bad({ index, message }: BadItem): Promise<void> | undefined {
    const error = { name: 'BadItem', message };
    const line = this.#request.output === 'values' ? '' : errorLine(index, error);
    const end: JobEnd = { kind: 'error', ...error };
    this.#monitor.finished(this.#record(index, end, Buffer.byteLength(line)));
    return this.#writer.write(line);
  }

  #record(index: number, end: JobEnd, outputBytes: number): JobRecord {
    return {
      sequence: index + 1,
      slot: 0,
      command: this.#command,
      attempts: 0,
      startedAt: Date.now(),
      durationMs: 0,
      end,
      resumed: false,
      outputBytes,
      leftProcesses: 0,
    };
  }

  #progress(event: ProgressEvent): void {
    switch (event.type) {
      case 'started':
        return this.#started(event.index);
      case 'retrying': {
        this.#ended(event.index);
        const { attempt, delayMs } = event;
        const sequence = this.items.placeOf(event.index) + 1;
        const end = endOfError(event.error, this.#request.timeoutMs);
        return this.#monitor.retrying({ sequence, attempt, end, delayMs });
      }
      case 'settled':
        if (!event.resumed && event.attempt > 0) this.#ended(event.index);
        return undefined;
      default:
        return undefined;
    }
  }

  #started(index: number): void {
    const slot = this.#slots.take();
    this.#slotOf.set(index, slot);
    const sequence = this.items.placeOf(index) + 1;
    this.#monitor.started({ sequence, slot, command: this.#command });
  }

  #ended(index: number): void {
    const slot = this.#slotOf.get(index);
    if (slot === undefined) return;
    this.#slots.release(slot);
    this.#monitor.ended();
  }
}
