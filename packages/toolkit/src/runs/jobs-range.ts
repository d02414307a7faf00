/** A number of jobs at once that is found while they run, between two bounds. */
export interface JobsRange {
  /** Never fewer, an integer from 1. */
  readonly min: number;
  /** So many at the start. */
  readonly initial: number;
  /** Never more, an integer up to 10,000. */
  readonly max: number;
}

/** The most jobs at once that there may be. */
export function mostAtOnce(jobs: number | JobsRange): number {
  return typeof jobs === 'number' ? jobs : jobs.max;
}
