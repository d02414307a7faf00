import type { Benchmark, Contestant, Goal, GoalView, Point } from '../../harness/benchmark.ts';

const KNOWN = 'known optimum';
const OURS = 'atonce scheduler';
const UNKNOWN = 'atonce scheduler, no estimates';
const FIFO = 'first in, first out';
const BATCHES = 'batch by batch';
const FAMILIES = ['layered', 'fork-join', 'Cholesky', 'FFT'];
const ALL = [...FAMILIES, KNOWN];

export const schedulerQuality: Benchmark = {
  name: 'scheduler-quality',
  title: 'how near schedules of dependent tasks come to the best possible',
  about:
    'Random graphs from fixed seeds, up to 3,000 tasks, 2 to 16 slots; simulated time, so that the machine does ' +
    'not matter. Numbers are makespans over the lower bound (the longest way, or all work over all slots), on ' +
    'average; for the last family, full schedules cut into tasks, over the optimum itself. The scheduler is really ' +
    'run, on a clock that jumps. Batch by batch means topological levels, each awaited as a whole.',
  unit: { kind: 'figure', label: 'makespan over bound', divisor: 1 },
  compare: 'ratio',
  rounds: 1,
  points: [
    point('layered', 'layered'),
    point('fork-join', 'forkJoin'),
    point('Cholesky', 'cholesky'),
    point('FFT', 'fft'),
    point(KNOWN, 'cutSchedule'),
  ],
  contestants: [
    policy(OURS, 'scheduled'),
    policy(UNKNOWN, 'scheduledUnknown'),
    policy(FIFO, 'firstInFirstOut'),
    policy(BATCHES, 'batchByBatch'),
  ],
  goals: [
    {
      text: 'makespan over the lower bound, mean of the first four families',
      atMost: 1.05,
      measure: (view) => meanOf(view, FAMILIES),
    },
    {
      text: 'makespan over the known optimum',
      atMost: 1.01,
      measure: (view) => view.amount(KNOWN, OURS),
    },
    {
      text: 'the same without estimates',
      atMost: 1.03,
      measure: (view) => view.amount(KNOWN, UNKNOWN),
    },
    ...ALL.flatMap((family) => [better(family, FIFO), better(family, BATCHES)]),
  ],
};

function point(name: string, family: string): Point {
  return { name, items: 50, tinyItems: 1, parameters: { family } };
}

function policy(name: string, variant: keyof typeof import('./policies.ts')): Contestant {
  return {
    name,
    load: async () => {
      const [{ ratiosOf }, policies] = await Promise.all([
        import('./ratios.ts'),
        import('./policies.ts'),
      ]);
      return ratiosOf(policies[variant], variant !== 'batchByBatch');
    },
  };
}

function better(family: string, other: string): Goal {
  return {
    text: `${family}: ${other} over the scheduler`,
    atLeast: 1,
    measure: (view) => view.ratio(family, other, OURS),
  };
}

function meanOf(view: GoalView, families: readonly string[]): number | undefined {
  const amounts = families.flatMap((family) => view.amount(family, OURS) ?? []);
  if (amounts.length < families.length) return undefined;
  return amounts.reduce((sum, amount) => sum + amount, 0) / amounts.length;
}
