import { reasonOf } from '../runs/job-reason.ts';
import type { JobRecord } from '../runs/report.ts';

/** Thrown by a job for the engine: it failed, and may be tried again after a while. */
export class JobFailure extends Error {
  readonly code = 'E_JOB_FAILED';
  readonly job: JobRecord;
  /** Wait before the next attempt, milliseconds; undefined when there is none. */
  readonly delayMs: number | undefined;

  constructor(message: string, job: JobRecord, delayMs: number | undefined) {
    super(message);
    this.name = 'JobFailure';
    this.job = job;
    this.delayMs = delayMs;
  }
}

/** Thrown by a job that was taken but not started because the run ends. */
export class NotStarted extends Error {
  readonly code = 'E_JOB_NOT_STARTED';

  constructor() {
    super('the run was ending');
    this.name = 'NotStarted';
  }
}

/** The failure of a job, to be thrown. */
export function failure(job: JobRecord, delayMs: number | undefined): JobFailure {
  return new JobFailure(`job ${job.sequence} failed: ${reasonOf(job.end)}`, job, delayMs);
}
