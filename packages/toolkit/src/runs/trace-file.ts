import { closeSync, openSync, writeSync } from 'node:fs';
import { AtonceError } from 'atonce';
import type { JobRecord } from './report.ts';
import { systemMessage } from './system-message.ts';

const CLOSING = '\n]\n';

/**
 * Chrome trace events of a run, as Perfetto and chrome://tracing open them: one lane per slot, one
 * bar per job, one curve for how many run. Each write ends with the closing bracket, and the next
 * one overwrites it, so the file is valid JSON at any moment, also after a `kill -9`.
 */
export class TraceFile {
  readonly #fd: number;
  readonly #file: string;
  readonly #originMs = performance.now();
  readonly #originEpochMs = Date.now();
  readonly #named = new Set<number>();
  #position = 0;
  #empty = true;

  /** @throws AtonceError `E_FILE` when the file cannot be written. */
  constructor(file: string, title: string) {
    this.#file = file;
    try {
      this.#fd = openSync(file, 'w');
    } catch (error) {
      throw new AtonceError('E_FILE', systemMessage('the trace', error), { cause: error });
    }
    this.#write([{ name: 'process_name', ph: 'M', pid: process.pid, args: { name: title } }]);
  }

  /** How many jobs run from now on. */
  running(count: number): void {
    const ts = Math.round((performance.now() - this.#originMs) * 1000);
    this.#write([{ name: 'running', ph: 'C', pid: process.pid, ts, args: { jobs: count } }]);
  }

  /** A job's last attempt ended. */
  job(job: JobRecord): void {
    const { slot: tid, sequence, attempts, end } = job;
    const pid = process.pid;
    const events: object[] = [];
    if (!this.#named.has(tid)) {
      this.#named.add(tid);
      events.push({ name: 'thread_name', ph: 'M', pid, tid, args: { name: `slot ${tid}` } });
    }
    const ts = Math.max(0, Math.round((job.startedAt - this.#originEpochMs) * 1000));
    const dur = Math.round(job.durationMs * 1000);
    const { command } = job;
    const args = { sequence, command, attempts, end };
    events.push({ name: job.name ?? job.command, cat: end.kind, ph: 'X', pid, tid, ts, dur, args });
    this.#write(events);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #write(events: readonly object[]): void {
    const text = events.map((event) => JSON.stringify(event)).join(',\n');
    const bytes = Buffer.from(`${this.#empty ? '[' : ','}\n${text}${CLOSING}`);
    try {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#position + done);
      }
    } catch (error) {
      throw new AtonceError('E_FILE', systemMessage(this.#file, error), { cause: error });
    }
    this.#position += bytes.length - CLOSING.length;
    this.#empty = false;
  }
}
