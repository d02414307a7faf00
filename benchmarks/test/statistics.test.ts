import { expect, test } from 'vitest';
import { pairRatios } from '../src/harness/pairs.ts';
import type { ContestantResult, Sample } from '../src/harness/result.ts';
import { median, spread } from '../src/harness/statistics.ts';

test('the median of an even number of values is the mean of the middle two', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([9, 1, 5])).toBe(5);
});

test('nothing has no spread', () => {
  expect(spread([])).toBeUndefined();
  expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
});

test('ratios are taken round by round, per item, and only where both were sampled', () => {
  const slow = contestant([
    [1, 400, 100],
    [2, 900, 100],
    [3, 100, 100],
  ]);
  const floor = contestant([
    [1, 2000, 1000],
    [2, 3000, 1000],
  ]);
  expect(pairRatios(slow, floor)).toEqual([2, 3]);
});

function contestant(samples: readonly (readonly [number, number, number])[]): ContestantResult {
  return {
    name: 'any',
    items: 1,
    rejected: 0,
    died: 0,
    samples: samples.map(([round, amount, items]) => sample({ round, amount, items })),
  };
}

function sample(facts: Pick<Sample, 'round' | 'amount' | 'items'>): Sample {
  const rest = { wallMs: 1, cpuMs: 1, peakRssBytes: 1, rssBeforeBytes: 1 };
  return { ...facts, ...rest, foreignShare: 0, noisy: false };
}
