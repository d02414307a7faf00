import { type Jobs, MOST_JOBS, parseJobs } from '../../config/values/jobs.ts';
import type { Option, OptionTexts } from '../option.ts';

/** The `--jobs` option; undefined leaves the number to the settings. */
export function jobsOption(texts: OptionTexts): Option<Jobs | undefined> {
  return {
    ...texts,
    kind: 'jobs',
    placeholder: 'N|N%|auto',
    choices: ['auto'],
    expected:
      `a whole number from 1 to ${MOST_JOBS}, a part of the cores such as 50%, or auto` +
      ' (0 is refused: it would start every job at once)',
    parse: parseJobs,
    defaultValue: undefined,
  };
}
