import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { AtonceError } from 'atonce';
import type { JobEnd, JobRecord } from '../report.ts';
import { systemMessage } from '../system-message.ts';

const HEADER = 'Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n';

/** A log of jobs in GNU parallel's format, one line as soon as a job has ended. */
export class JobLog {
  readonly #fd: number;
  readonly #file: string;

  /**
   * Begins the log anew, or continues it.
   *
   * @throws AtonceError `E_FILE` when the file cannot be written.
   */
  constructor(file: string, continues: boolean) {
    this.#file = file;
    try {
      this.#fd = openSync(file, continues ? 'a' : 'w');
    } catch (error) {
      throw new AtonceError('E_FILE', systemMessage('the job log', error), { cause: error });
    }
    if (fstatSync(this.#fd).size === 0) this.#write(HEADER);
  }

  /** @throws AtonceError `E_FILE` when the line cannot be written. */
  add(job: JobRecord, stdoutBytes: number): void {
    this.#write(jobLogLine(job, stdoutBytes));
  }

  close(): void {
    closeSync(this.#fd);
  }

  #write(text: string): void {
    try {
      writeSync(this.#fd, text);
    } catch (error) {
      throw new AtonceError('E_FILE', systemMessage(this.#file, error), { cause: error });
    }
  }
}

/** One job as a line of the log. Line breaks in its command become NUL, as GNU parallel has it. */
function jobLogLine(job: JobRecord, stdoutBytes: number): string {
  const { code, signal } = exitFields(job.end);
  const start = (job.startedAt / 1000).toFixed(3);
  const runtime = (job.durationMs / 1000).toFixed(3).padStart(10);
  const command = job.command.replaceAll('\n', '\0');
  const fields = [job.sequence, ':', start, runtime, 0, stdoutBytes, code, signal, command];
  return `${fields.join('\t')}\n`;
}

function exitFields(end: JobEnd): { readonly code: number; readonly signal: number } {
  switch (end.kind) {
    case 'exit':
      return { code: end.code, signal: 0 };
    case 'signal':
      return { code: 0, signal: constants.signals[end.signal as NodeJS.Signals] ?? 0 };
    case 'timeout':
    case 'cancelled':
      return { code: -1, signal: constants.signals.SIGTERM };
    case 'not-found':
      return { code: 127, signal: 0 };
    case 'not-executable':
      return { code: 126, signal: 0 };
    case 'spawn-failed':
    case 'error':
      return { code: 255, signal: 0 };
  }
}
