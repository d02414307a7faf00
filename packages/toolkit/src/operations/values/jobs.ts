import type { Option, OptionTexts } from '../option.ts';
import { parseInteger } from './integer.ts';

/** How many at once: a number, a part of the available cores, or `auto`. */
export type Jobs =
  | 'auto'
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'percent'; readonly percent: number };

/** More would only exhaust processes and files of the machine. */
const MOST_JOBS = 100_000;

/** The `--jobs` option. */
export function jobsOption(texts: OptionTexts): Option<Jobs> {
  return {
    ...texts,
    kind: 'jobs',
    placeholder: 'N|N%|auto',
    choices: ['auto'],
    expected:
      `a whole number from 1 to ${MOST_JOBS}, a part of the cores such as 50%, or auto` +
      ' (0 is refused: it would start every job at once)',
    parse: parseJobs,
    defaultValue: 'auto',
  };
}

/** `4`, `50%`, `auto`; undefined for anything else. */
export function parseJobs(text: string): Jobs | undefined {
  if (text === 'auto') return 'auto';
  if (text.endsWith('%')) {
    const percent = parseInteger(text.slice(0, -1), 1, 100 * MOST_JOBS);
    return percent === undefined ? undefined : { kind: 'percent', percent };
  }
  const count = parseInteger(text, 1, MOST_JOBS);
  return count === undefined ? undefined : { kind: 'count', count };
}

/** The number meant, on a machine with this many cores available; at least 1. */
export function countJobs(jobs: Jobs, cores: number): number {
  if (jobs === 'auto') return cores;
  if (jobs.kind === 'count') return jobs.count;
  return Math.min(MOST_JOBS, Math.max(1, Math.round((cores * jobs.percent) / 100)));
}
