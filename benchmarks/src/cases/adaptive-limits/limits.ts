import {
  adaptiveLimit,
  aimdLaw,
  fixedLimit,
  gradientLaw,
  type LimitLaw,
  throughputLaw,
  vegasLaw,
} from 'atonce';
import type { Prepare } from '../../harness/benchmark.ts';
import { compareWithBest, mean, means } from './simulation/compare.ts';
import type { MakeLimit } from './simulation/run-batch.ts';

const SEED = 20_000;

const by =
  (law: () => LimitLaw): MakeLimit =>
  (clock, random) =>
    adaptiveLimit({ law: law(), clock, random });

type LimitName = 'throughput' | 'aimd' | 'gradient' | 'vegas' | 'fixed64' | 'fixed8';

/** The default options, but for the law. */
export const limits: Readonly<Record<LimitName, MakeLimit>> = {
  throughput: by(throughputLaw),
  aimd: by(aimdLaw),
  gradient: by(gradientLaw),
  vegas: by(vegasLaw),
  fixed64: () => fixedLimit(64),
  fixed8: () => fixedLimit(8),
};

/** Runs the simulated resources with one limit; the amount is the ratio that the point asks for. */
export function simulated(makeLimit: MakeLimit): Prepare {
  return ({ items, parameters }) => {
    let ratios: number[] = [];
    return {
      run: () => {
        const comparisons = compareWithBest(makeLimit, { items, seed: SEED });
        ratios = comparisons.map(({ ratio }) => ratio);
        const ratio = parameters['ratio'] === 'worst' ? Math.max(...ratios) : mean(ratios);
        const isMean = parameters['ratio'] === 'mean';
        // Amounts are divided by the number of items.
        const figures = isMean ? { figures: Object.fromEntries(means(comparisons)) } : {};
        return { amount: ratio * items, ...figures };
      },
      check: () => {
        if (ratios.length < 100 || ratios.some((ratio) => !(ratio > 0.5)))
          throw new Error(`not to be believed: ${ratios.join(' ')}`);
      },
    };
  };
}
