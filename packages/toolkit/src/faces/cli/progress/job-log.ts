import { isSuccess } from '../../../runs/job-reason.ts';
import type { JobEvent } from '../../../runs/report.ts';
import type { Paint } from '../paint.ts';
import {
  failureLine,
  limitLine,
  retryLine,
  skipLine,
  startLine,
  successLine,
} from './job-lines.ts';

/** What is told of single jobs, and where. */
export interface JobLogOptions {
  readonly paint: Paint;
  /** Tell of every job, not only of those in trouble. */
  readonly verbose: boolean;
  readonly print: (line: string) => void;
}

/** After so many lines about trouble the rest is only counted: a person has seen enough. */
const MOST_TROUBLE_LINES = 100;

/** The search for the right limit never ends; its first steps are those that tell something. */
const MOST_LIMIT_LINES = 100;

/** Writes a line for each job that fails or is tried again, and with `verbose` for every job. */
export class JobLog {
  readonly #options: JobLogOptions;
  /** What the jobs of a plan are called, by sequence number. */
  readonly #names = new Map<number, string>();
  #troubleLines = 0;
  #limitLines = 0;

  constructor(options: JobLogOptions) {
    this.#options = options;
  }

  onEvent(event: JobEvent): void {
    const { paint, verbose, print } = this.#options;
    const names = this.#names;
    if (event.type === 'planned')
      for (const { sequence, name } of event.jobs) names.set(sequence, name);
    if (event.type === 'skipped' && verbose) print(skipLine(event, paint, names));
    if (event.type === 'retrying') this.#trouble(retryLine(event, paint, names));
    if (event.type === 'limit' && verbose) this.#limit(limitLine(event, paint));
    if (event.type === 'started' && verbose) print(startLine(event, paint, names));
    if (event.type !== 'finished') return;
    const { job } = event;
    if (isSuccess(job.end)) {
      if (verbose) print(successLine(job, paint, names));
    } else if (job.end.kind !== 'cancelled' || verbose) {
      this.#trouble(failureLine(job, paint, names));
    }
  }

  #limit(line: string): void {
    this.#limitLines += 1;
    if (this.#limitLines > MOST_LIMIT_LINES) return;
    this.#options.print(line);
    if (this.#limitLines === MOST_LIMIT_LINES)
      this.#options.print('further changes of the limit are only counted');
  }

  #trouble(line: string): void {
    const { verbose, print } = this.#options;
    if (verbose) return print(line);
    this.#troubleLines += 1;
    if (this.#troubleLines <= MOST_TROUBLE_LINES) print(line);
    if (this.#troubleLines === MOST_TROUBLE_LINES) {
      print('further failures and retries are only counted; --joblog FILE keeps all of them');
    }
  }
}
