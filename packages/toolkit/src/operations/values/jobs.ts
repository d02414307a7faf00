import { type Jobs, MOST_JOBS, parseJobs } from '../../config/values/jobs.ts';
import type { Option, OptionTexts } from '../option.ts';

/** How many at once: a fixed number, or `adaptive` for one that is found while jobs run. */
export type JobsOption = Jobs | 'adaptive';

/** The `--jobs` option; undefined leaves the number to the settings. */
export function jobsOption(texts: OptionTexts): Option<JobsOption | undefined> {
  return {
    ...texts,
    kind: 'jobs',
    placeholder: 'N|N%|auto|adaptive',
    choices: ['auto', 'adaptive'],
    expected:
      `a whole number from 1 to ${MOST_JOBS}, a part of the cores such as 50%, auto or adaptive` +
      ' (0 is refused: it would start every job at once)',
    parse: (text) => (text === 'adaptive' ? text : parseJobs(text)),
    defaultValue: undefined,
  };
}
