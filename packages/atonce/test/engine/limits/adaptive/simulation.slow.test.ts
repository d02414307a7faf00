import { describe, expect, test } from 'vitest';
import {
  compareWithBest,
  mean,
} from '../../../../../../benchmarks/src/cases/adaptive-limits/simulation/compare.ts';
import {
  type Resource,
  resources,
} from '../../../../../../benchmarks/src/cases/adaptive-limits/simulation/resource.ts';
import {
  type MakeLimit,
  runBatch,
} from '../../../../../../benchmarks/src/cases/adaptive-limits/simulation/run-batch.ts';
import {
  recoveryMs,
  swing,
} from '../../../../../../benchmarks/src/cases/adaptive-limits/simulation/steadiness.ts';
import { fixedLimit } from '../../../../src/engine/limits/fixed-limit.ts';
import { adaptiveLimit } from '../../../../src/engine/limits/adaptive/adaptive-limit.ts';
import type { LimitLaw } from '../../../../src/engine/limits/adaptive/law.ts';
import { aimdLaw } from '../../../../src/engine/limits/adaptive/laws/aimd.ts';
import { gradientLaw } from '../../../../src/engine/limits/adaptive/laws/gradient.ts';
import { throughputLaw } from '../../../../src/engine/limits/adaptive/laws/throughput.ts';
import { vegasLaw } from '../../../../src/engine/limits/adaptive/laws/vegas.ts';

const ITEMS = 4_000;

const by =
  (law: () => LimitLaw): MakeLimit =>
  (clock, random) =>
    adaptiveLimit({ law: law(), clock, random });

const throughput = by(throughputLaw);

describe.each([1, 2])('over more than a hundred simulated resources, seed %i', (round) => {
  const batch = { items: ITEMS, seed: round * 100_000 };

  test('the default law takes at most 1.15 times as long as the best fixed limit, 2.5 at worst', () => {
    const comparisons = compareWithBest(throughput, batch);
    const ratios = comparisons.map(({ ratio }) => ratio);
    const worst = comparisons.reduce((most, one) => (one.ratio > most.ratio ? one : most));
    expect(ratios.length).toBeGreaterThanOrEqual(100);
    expect(mean(ratios), `seed ${batch.seed}`).toBeLessThanOrEqual(1.15);
    expect(worst.ratio, `seed ${batch.seed}: ${worst.resource.name}`).toBeLessThanOrEqual(2.5);
  });
});

test.each<[string, MakeLimit]>([
  ['a fixed limit of 64', () => fixedLimit(64)],
  ['AIMD', by(aimdLaw)],
  ['Gradient2', by(gradientLaw)],
  ['Vegas', by(vegasLaw)],
])('%s is farther from the best than the default law', (_, other) => {
  const meanOf = (makeLimit: MakeLimit): number =>
    mean(compareWithBest(makeLimit, { items: 1_000, seed: 1 }).map(({ ratio }) => ratio));
  expect(meanOf(other)).toBeGreaterThan(meanOf(throughput) * 1.2);
});

const large = (family: string): Resource[] =>
  resources.filter((one) => one.family === family && one.capacity >= 20);

const seeds = [1, 2, 3, 4, 5];

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] as number;

const steady = resources.filter(
  ({ capacity, dip, refuses }) => capacity >= 20 && dip === 1 && !refuses,
);

test.each(steady)(
  'the limit does not swing by more than a quarter once it is found: $name',
  (resource) => {
    // Far sides with more places need more requests until anything is found.
    const items = Math.max(20_000, 300 * resource.capacity);
    const swings = seeds.map((seed) => {
      const batch = runBatch({ resource, items, seed, makeLimit: throughput });
      return swing(batch, 0.5, 0.98);
    });
    // Of five, because one may still be on its way to the best limit when half of its batch is over.
    expect(median(swings)).toBeLessThanOrEqual(0.25);
  },
);

test.each([
  'halved and restored',
  'halved and restored, slows a little',
  'halved and restored, only slows',
])('a capacity that was lost or has come back is found within bounded time: %s', (family) => {
  const rounds = large(family).flatMap((resource) =>
    seeds.flatMap((seed) => {
      const { capacity, serviceMs } = resource;
      const batch = runBatch({ resource, items: capacity * 300, seed, makeLimit: throughput });
      const width = capacity * 3;
      const full = capacity / serviceMs;
      return [
        recoveryMs(batch, { from: 1 / 3, width, rate: (full / 2) * 0.8 }) / serviceMs,
        recoveryMs(batch, { from: 2 / 3, width, rate: full * 0.8 }) / serviceMs,
      ];
    }),
  );
  // In times of one request.
  expect(mean(rounds)).toBeLessThanOrEqual(60);
  expect(Math.max(...rounds)).toBeLessThanOrEqual(175);
});
