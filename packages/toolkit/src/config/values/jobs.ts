import { parseInteger } from './integer.ts';

/** How many at once: a number, a part of the available cores, or `auto`. */
export type Jobs =
  | 'auto'
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'percent'; readonly percent: number };

/** More would only exhaust processes and files of the machine. */
export const MOST_JOBS = 100_000;

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

/** `4`, `50%`, `auto`: what `parseJobs` understands. */
export function formatJobs(jobs: Jobs): string {
  if (jobs === 'auto') return jobs;
  return jobs.kind === 'count' ? String(jobs.count) : `${jobs.percent}%`;
}

/** The number meant, on a machine with this many cores available; at least 1. */
export function countJobs(jobs: Jobs, cores: number): number {
  if (jobs === 'auto') return cores;
  if (jobs.kind === 'count') return jobs.count;
  return Math.min(MOST_JOBS, Math.max(1, Math.round((cores * jobs.percent) / 100)));
}
