import { exitCodeOf } from './exit-code.ts';
import { isSuccess, missingCode, reasonOf } from './job-reason.ts';
import type { JobRecord, LimitReport, RunReport, Stopped } from './report.ts';

const MOST_SLOWEST = 5;

/** What ended a run, for its report. */
export interface TallyEnd {
  readonly stopped: Stopped | undefined;
  readonly problem: string | undefined;
  readonly resumable: boolean;
  readonly outputClosed: boolean;
  readonly warnings: readonly string[];
  readonly limit: LimitReport | undefined;
}

/** Counts jobs as they end and makes the report; keeps no more than the five slowest. */
export class Tally {
  running = 0;
  succeeded = 0;
  failed = 0;
  cancelled = 0;
  resumed = 0;
  #timedOut = 0;
  #notFound = 0;
  #notExecutable = 0;
  #busyMs = 0;
  readonly #startedMs = performance.now();
  readonly #reasons = new Map<string, number>();
  #slowest: JobRecord[] = [];

  /** A job ended for good. */
  add(job: JobRecord): void {
    if (job.resumed) {
      this.resumed++;
      this.succeeded++;
      return;
    }
    this.#busyMs += job.durationMs;
    this.#rank(job);
    if (isSuccess(job.end) || job.tolerated === true) this.succeeded++;
    else if (job.end.kind === 'cancelled') this.cancelled++;
    else this.#addFailure(job);
  }

  report(end: TallyEnd): RunReport {
    const { succeeded, failed, cancelled, resumed } = this;
    const wallMs = performance.now() - this.#startedMs;
    const facts = {
      failed,
      timedOut: this.#timedOut,
      notFound: this.#notFound,
      notExecutable: this.#notExecutable,
    };
    return {
      succeeded,
      failed,
      cancelled,
      resumed,
      failuresByReason: Object.fromEntries(this.#reasons),
      wallMs,
      busyMs: this.#busyMs,
      speedUp: wallMs > 0 ? this.#busyMs / wallMs : 0,
      slowest: this.#slowest,
      stopped: end.stopped,
      problem: end.problem,
      exitCode: exitCodeOf({ ...facts, ...end }),
      warnings: end.warnings,
      limit: end.limit,
    };
  }

  #addFailure({ end }: JobRecord): void {
    this.failed++;
    if (end.kind === 'timeout') this.#timedOut++;
    const missing = missingCode(end);
    if (missing === 127) this.#notFound++;
    if (missing === 126) this.#notExecutable++;
    const reason = reasonOf(end);
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  #rank(job: JobRecord): void {
    const last = this.#slowest.at(-1);
    const full = this.#slowest.length === MOST_SLOWEST;
    if (full && last !== undefined && job.durationMs <= last.durationMs) return;
    this.#slowest = [...this.#slowest, job]
      .sort((a, b) => b.durationMs - a.durationMs)
      .slice(0, MOST_SLOWEST);
  }
}
