import { availableCores, OptionError } from 'atonce';
import { countJobs } from '../../config/values/jobs.ts';
import type { JobsRange } from '../../runs/jobs-range.ts';
import type { RunValues } from '../run.ts';
import type { RunSettings } from './run-settings.ts';

/**
 * An adaptive number of jobs may become so many times that at its start. Of jobs that wait there may well
 * be that many for each core; of processes more would rather fill the memory than save time.
 */
const MOST_TIMES = 8;

/** The library's own bound. */
const MOST_ADAPTIVE = 10_000;

/** For functions on the event loop, which cost little each, when nobody says where to begin. */
const LOOP_RANGE: JobsRange = { min: 1, initial: 8, max: 256 };

/** How many commands run at once. */
export function commandJobs({ jobs, adaptive }: RunSettings): number | JobsRange {
  const count = countJobs(jobs, availableCores());
  return adaptive === 'no' ? count : rangeFrom(count);
}

/**
 * How many items a function is applied to at once; undefined leaves it to where it runs.
 *
 * @throws OptionError when the command line asks for an adaptive number of workers.
 */
export function moduleJobs(
  { jobs, adaptive }: RunSettings,
  on: RunValues['on'],
): number | JobsRange | undefined {
  if (adaptive === 'asked' && on !== 'loop') {
    throw new OptionError(
      '--jobs',
      '--jobs adaptive needs --on loop with --module: threads and processes compute, and for that' +
        ' as many as there are cores are right',
    );
  }
  const count = jobs === 'auto' ? undefined : countJobs(jobs, availableCores());
  if (adaptive === 'no' || on !== 'loop') return count;
  return count === undefined ? LOOP_RANGE : rangeFrom(count);
}

/** `4 at once`, or where an adaptive number begins and how far it goes. */
export function jobsText(jobs: number | JobsRange): string {
  if (typeof jobs === 'number') return `${jobs} at once`;
  return `${jobs.initial} at once to begin with, then ${jobs.min} to ${jobs.max} as it pays`;
}

function rangeFrom(count: number): JobsRange {
  const initial = Math.min(count, MOST_ADAPTIVE);
  return { min: 1, initial, max: Math.min(initial * MOST_TIMES, MOST_ADAPTIVE) };
}
