import type { Benchmark, Contestant } from '../../harness/benchmark.ts';

const MEAN = 'mean over all resources';
const WORST = 'the worst of them';
const DEFAULT = 'throughputLaw (default)';

export const adaptiveLimits: Benchmark = {
  name: 'adaptive-limits',
  title: 'how long a batch takes with a limit that has to find its own size',
  about:
    'Simulated in virtual time with fixed seeds: batches of 4,000 requests of 100 ms to 112 far sides, which serve ' +
    '1 to 200 at once, get slower when asked for more or do not, lose half of their capacity for a third of the batch, ' +
    'answer 429, or have one request in ten take ten times as long. The makespan beside that of the best fixed limit, ' +
    'which is looked for around the true capacity; all adaptive limits start at 8 and may go from 1 to 256. ' +
    'A simulation shows proportions, not the truth.',
  unit: { kind: 'figure', label: 'makespan / best fixed limit', divisor: 1 },
  compare: 'ratio',
  rounds: 1,
  points: [
    { name: MEAN, items: 4_000, tinyItems: 200, parameters: { ratio: 'mean' } },
    { name: WORST, items: 4_000, tinyItems: 200, parameters: { ratio: 'worst' } },
  ],
  contestants: [
    limit(DEFAULT, 'throughput'),
    limit('fixed limit of 64', 'fixed64'),
    limit('fixed limit of 8', 'fixed8'),
    limit('aimdLaw', 'aimd'),
    limit('gradientLaw (Gradient2)', 'gradient'),
    limit('vegasLaw', 'vegas'),
  ],
  goals: [
    { text: 'mean', atMost: 1.15, measure: (view) => view.amount(MEAN, DEFAULT) },
    { text: 'worst', atMost: 2.5, measure: (view) => view.amount(WORST, DEFAULT) },
  ],
};

function limit(name: string, which: keyof typeof import('./limits.ts').limits): Contestant {
  return {
    name,
    load: async () => {
      const { limits, simulated } = await import('./limits.ts');
      return simulated(limits[which]);
    },
  };
}
