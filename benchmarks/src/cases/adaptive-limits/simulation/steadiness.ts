import type { BatchResult } from './run-batch.ts';

/** How wide the limit swings over a share of the batch: the middle nine tenths of its values beside their median. */
export function swing({ levels }: BatchResult, from: number, to: number): number {
  const part = levels.slice(Math.floor(from * levels.length), Math.floor(to * levels.length));
  const sorted = part.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return (at(0.95) - at(0.05)) / at(0.5);
}

/**
 * Milliseconds from `from`, a share of the batch, until the requests served in a window of `width` come
 * at `rate` a millisecond or faster; Infinity when they never do.
 */
export function recoveryMs(
  { servedAtMs }: BatchResult,
  { from, width, rate }: { readonly from: number; readonly width: number; readonly rate: number },
): number {
  const first = Math.floor(from * servedAtMs.length);
  const since = servedAtMs[first] as number;
  for (let start = first; start + width < servedAtMs.length; start++) {
    const end = servedAtMs[start + width] as number;
    if (width / (end - (servedAtMs[start] as number)) >= rate) return end - since;
  }
  return Infinity;
}
