import { type Resource, resources } from './resource.ts';
import { bestFixed, type MakeLimit, runBatch } from './run-batch.ts';

/** How long a limit took with one resource, beside the best fixed limit. */
export interface Comparison {
  readonly resource: Resource;
  readonly ratio: number;
}

/** A batch that takes so many times as long as with the best fixed limit is not waited for. */
const MOST = 10;

/** What every limit is compared with. It depends on nothing but its arguments, so it is looked for once. */
const best = new Map<string, number>();

/** Runs the same batch against every resource. */
export function compareWithBest(
  makeLimit: MakeLimit,
  batch: { readonly items: number; readonly seed: number },
): Comparison[] {
  return resources.map((resource, index) => {
    const trial = { resource, items: batch.items, seed: batch.seed + 10 * index };
    const key = JSON.stringify(trial);
    const bestMs = best.get(key) ?? bestFixed(trial).makespanMs;
    best.set(key, bestMs);
    const { makespanMs } = runBatch({ ...trial, makeLimit, mostMs: MOST * bestMs });
    return { resource, ratio: makespanMs / bestMs };
  });
}

/** Mean of the ratios, of all or of each family. */
export function means(comparisons: readonly Comparison[]): Map<string, number> {
  const families = new Map<string, number[]>();
  for (const { resource, ratio } of comparisons)
    families.set(resource.family, [...(families.get(resource.family) ?? []), ratio]);
  return new Map([...families].map(([family, ratios]) => [family, mean(ratios)]));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
