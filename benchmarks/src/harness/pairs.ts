import type { ContestantResult, Sample } from './result.ts';

/** Nanoseconds, or what the contestant told instead, per item. */
export function amountPerItem(sample: Sample): number {
  return sample.amount / sample.items;
}

/**
 * `one / other` of amounts per item, for each round in which both were sampled. Taken round by
 * round, because a slow minute of the machine slows both.
 */
export function pairRatios(one: ContestantResult, other: ContestantResult): number[] {
  const others = new Map(other.samples.map((sample) => [sample.round, sample]));
  return one.samples.flatMap((sample) => {
    const partner = others.get(sample.round);
    return partner === undefined ? [] : [amountPerItem(sample) / amountPerItem(partner)];
  });
}
