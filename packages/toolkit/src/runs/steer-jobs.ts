import type { JobsRange } from './jobs-range.ts';
import type { JobEvent } from './report.ts';
import type { SteeredJobs } from './steered-jobs.ts';

/** Begins to steer a number of jobs that is not fixed. What that takes is loaded only then. */
export async function steerJobs(
  jobs: number | JobsRange | undefined,
  onEvent: ((event: JobEvent) => void) | undefined,
): Promise<SteeredJobs | undefined> {
  if (typeof jobs !== 'object') return undefined;
  const { SteeredJobs } = await import('./steered-jobs.ts');
  return new SteeredJobs(jobs, onEvent);
}
