import type { Benchmark, Contestant } from '../../harness/benchmark.ts';

const SMALL = 'small parent';
const LARGE = '1 GB parent';
const SPAWN = 'node spawn, two lanes';
const AUTO = 'runCommands, spawn: auto';

export const runLargeParent: Benchmark = {
  name: 'run-large-parent',
  title: 'starting commands from a process that holds much memory',
  about:
    'One command (`true`) after the other in two lanes, from inside a Node process that holds little or one ' +
    'gigabyte. Node copies the page tables of its process at each spawn, and does nothing else meanwhile; the ' +
    'helper is a small process that spawns in its place. `blocked ms` is the longest time the event loop stood still.',
  unit: { kind: 'time', label: 'ms/job', divisor: 1e6 },
  compare: 'ratio',
  rounds: 5,
  points: [
    { name: SMALL, items: 500, tinyItems: 10, parameters: { holdMB: 0 } },
    { name: LARGE, items: 500, tinyItems: 10, parameters: { holdMB: 1_000 } },
  ],
  contestants: [
    runner(SPAWN, 'nodeSpawn', { maxItems: 200 }),
    runner('runCommands, spawn: direct', 'direct', { maxItems: 200 }),
    runner('runCommands, spawn: helper', 'helper'),
    runner(AUTO, 'auto'),
  ],
  goals: [SMALL, LARGE].map((point) => ({
    text: `${AUTO}, ms a job, ${point}`,
    atMost: 1.3,
    measure: (view) => view.amount(point, AUTO),
  })),
};

function runner(
  name: string,
  variant: keyof typeof import('./runners.ts'),
  more: Partial<Contestant> = {},
): Contestant {
  return { name, ...more, load: async () => (await import('./runners.ts'))[variant] };
}
