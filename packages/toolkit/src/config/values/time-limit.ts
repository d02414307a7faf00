import { LONGEST_MS, parseDuration } from './duration.ts';

/** Whole milliseconds; null for no limit at all. */
export type TimeLimit = number | null;

/** The most that a limit written as a bare number can be. */
export const MOST_SECONDS: number = LONGEST_MS / 1000;

/** `500ms`, `10s`, `2m`, `1h`, `none`; undefined for anything else and for less than a millisecond. */
export function parseTimeLimit(text: string): TimeLimit | undefined {
  if (text === 'none') return null;
  const ms = Math.round(parseDuration(text) ?? 0);
  return ms === 0 ? undefined : ms;
}

/** The limit in the largest unit that keeps it whole: what `parseTimeLimit` understands. */
export function formatTimeLimit(limit: TimeLimit): string {
  if (limit === null) return 'none';
  if (limit % 3_600_000 === 0) return `${limit / 3_600_000}h`;
  if (limit % 60_000 === 0) return `${limit / 60_000}m`;
  return limit % 1000 === 0 ? `${limit / 1000}s` : `${limit}ms`;
}
