import type { Benchmark, Contestant } from '../../harness/benchmark.ts';
import { hasProgram } from '../../harness/programs.ts';

const POINT = '1,000 jobs';
const RUN = 'atonce run';

export const runTrue: Benchmark = {
  name: 'run-true',
  title: 'what a command runner adds to a command that does nothing',
  about:
    'One thousand times `true` with one argument each from standard input, two at once; whole processes, so the ' +
    'runner’s own start is part of it. The kernel’s count of processes shows that every job was started. Peak ' +
    'memory is that of the measuring process, not of the runner.',
  unit: { kind: 'time', label: 'ms/job', divisor: 1e6 },
  compare: 'ratio',
  rounds: 7,
  points: [{ name: POINT, items: 1_000, tinyItems: 20, parameters: { jobs: 2 } }],
  contestants: [
    runner('xargs -P2 -n1', 'xargs', 'xargs'),
    runner(RUN, 'atonceRun'),
    runner('node spawn, two lanes', 'nodeSpawn'),
    runner('GNU parallel -j2', 'gnuParallel', 'parallel'),
  ],
  goals: [
    {
      text: 'atonce run, ms a job',
      atMost: 1.3,
      measure: (view) => view.amount(POINT, RUN),
    },
    {
      text: 'times faster than GNU parallel',
      atLeast: 1,
      measure: (view) => view.ratio(POINT, 'GNU parallel -j2', RUN),
    },
  ],
};

function runner(
  name: string,
  variant: keyof typeof import('./runners.ts'),
  program?: string,
): Contestant {
  return {
    name,
    ...(program === undefined ? {} : { missing: () => reasonMissing(program) }),
    load: async () => (await import('./runners.ts'))[variant],
  };
}

function reasonMissing(program: string): string | undefined {
  return hasProgram(program) ? undefined : `${program} is not installed`;
}
