import type { Benchmark, Contestant } from '../../harness/benchmark.ts';
import { overLayers } from './layers.ts';

const POINT = '100,000 tasks';
const FLOOR = 'counters and lanes (floor)';
const OURS = 'atonce scheduler';

export const schedulerOverhead: Benchmark = {
  name: 'scheduler-overhead',
  title: 'what a scheduler adds to dependent tasks that do nothing',
  about:
    'Layers of 1,000 async no-ops, each needing three of the layer before, at most 64 in flight; whether each ' +
    'started after what it needs is checked. Making the graph from a list of names is measured too. The floor ' +
    'counts what is missing and keeps a queue: no names, priorities, errors or report. async.auto takes time that ' +
    'grows with the square of the tasks, so it gets 3,000; dependency-graph only sorts, and its tasks run unbounded.',
  unit: { kind: 'time', label: 'ns/task', divisor: 1 },
  compare: 'ratio',
  rounds: 7,
  points: [{ name: POINT, items: 100_000, tinyItems: 3_000, parameters: {} }],
  contestants: [
    {
      name: OURS,
      load: async () => overLayers((await import('./atonce.ts')).scheduler),
    },
    { name: FLOOR, load: async () => overLayers((await import('./floor.ts')).counters) },
    peer('p-graph', 'pGraph'),
    peer('dependency-graph and promises', 'dependencyGraph', { peer: 'dependency-graph' }),
    peer('async.auto', 'asyncAuto', { peer: 'async', maxItems: 3_000, maxRounds: 3 }),
  ],
  goals: [
    { text: 'ns for a task', atMost: 2_000, measure: (view) => view.amount(POINT, OURS) },
    {
      text: 'times faster than p-graph',
      atLeast: 8,
      measure: (view) => view.ratio(POINT, 'p-graph', OURS),
    },
    {
      text: 'times faster than async.auto, which gets 3,000 tasks',
      atLeast: 8,
      measure: (view) => view.ratio(POINT, 'async.auto', OURS),
    },
  ],
};

function peer(
  name: string,
  variant: keyof typeof import('./peers.ts'),
  more: Partial<Contestant> = {},
): Contestant {
  const load = async () => overLayers(await (await import('./peers.ts'))[variant]());
  return { name, peer: name, ...more, load };
}
