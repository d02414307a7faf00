import type { Benchmark, Contestant, Goal, Point } from '../../harness/benchmark.ts';
import type { WorkloadName } from './load-workload.ts';

const AUTO = "on: 'auto'";
const others = ['one after another', 'on the loop, 64', 'on threads'] as const;

const workloads: readonly (readonly [module: WorkloadName, name: string, items: number])[] = [
  ['fib', 'fib(25)', 120],
  ['json-parse', 'JSON.parse 94 kB', 400],
  ['float-array', 'Float64Array 256 kB', 300],
  ['regex', 'regex, 240 chars', 60_000],
  ['bimodal', 'loops, 1:25', 160],
  ['sort', 'sort 10,000', 200],
  ['http', 'http, 5 ms away', 200],
  ['blocking', 'blocking 5 ms', 80],
];

const points: readonly Point[] = workloads.flatMap(([module, name, items]) =>
  ['cold', 'warm'].map((start) => ({
    name: `${name}, ${start}`,
    items,
    tinyItems: Math.min(items, 6),
    parameters: { module, start },
  })),
);

export const auto: Benchmark = {
  name: 'auto',
  title: "whether on: 'auto' finds the best place to run",
  about:
    'Eight kinds of work, each one item after another on the calling thread, 64 at once on the event loop, on ' +
    'threads, and wherever atonce decides. Cold: the pool is made in the measured time. Warm: the same job was run ' +
    'five times before. Each goal is the share of the best of the three that `auto` reaches.',
  unit: { kind: 'time', label: 'µs/item', divisor: 1_000 },
  compare: 'speed-up',
  rounds: 5,
  points,
  contestants: [
    placed(others[0], 'sequential'),
    placed(others[1], 'onLoop'),
    placed(others[2], 'onThreads'),
    placed(AUTO, 'byItself'),
  ],
  goals: points.map(({ name }) => shareOfBest(name)),
};

function placed(name: string, place: keyof typeof import('./places.ts').places): Contestant {
  return { name, load: async () => (await import('./places.ts')).placed(place) };
}

function shareOfBest(point: string): Goal {
  return {
    text: `share of the best: ${point}`,
    atLeast: 0.9,
    measure: (view) => {
      const amounts = others.map((name) => view.amount(point, name));
      if (amounts.includes(undefined)) return undefined;
      const best = amounts.indexOf(Math.min(...(amounts as number[])));
      return view.ratio(point, others[best] as string, AUTO);
    },
  };
}
