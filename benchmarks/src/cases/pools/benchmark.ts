import type { Benchmark, Contestant, Goal } from '../../harness/benchmark.ts';

const POINT = '1,000,000 calls';
const POOLS = 'atonce pools.run';

export const pools: Benchmark = {
  name: 'pools',
  title: 'one million calls queued at once',
  about:
    'One million calls of an async no-op are made in a row and wait for one of 64 slots; `Promise.all` collects their ' +
    'promises. The floor is `Promise.all` over the same function without any limit. The peak of memory counts as much ' +
    'as the time: all promises are there at once.',
  unit: { kind: 'time', label: 'ns/call', divisor: 1 },
  compare: 'ratio',
  rounds: 5,
  points: [{ name: POINT, items: 1_000_000, tinyItems: 3_000, parameters: { concurrency: 64 } }],
  contestants: [
    queue(POOLS, 'atoncePools'),
    queue('Promise.all (floor)', 'noLimit'),
    queue('atonce pools.run, with a signal', 'atoncePoolsWithSignal', { maxItems: 200_000 }),
    queue('atonce pools.run, tasks that wait', 'atoncePoolsOfWaiting', { maxItems: 200_000 }),
    queue('p-limit', 'pLimit', { peer: 'p-limit', maxRounds: 3 }),
    queue('p-queue', 'pQueue', { peer: 'p-queue', maxRounds: 3 }),
    queue('fastq.promise', 'fastqPromise', { peer: 'fastq', maxRounds: 3 }),
  ],
  goals: [
    { text: 'ns per call', atMost: 600, measure: (view) => view.amount(POINT, POOLS) },
    {
      text: 'peak memory, MB',
      atMost: 350,
      measure: (view) => {
        const peak = view.peakRss(POINT, POOLS);
        return peak === undefined ? undefined : peak / 1e6;
      },
    },
    fasterThan('p-limit', 5),
    fasterThan('p-queue', 8),
  ],
};

function fasterThan(other: string, atLeast: number): Goal {
  return {
    text: `times faster than ${other}`,
    atLeast,
    measure: (view) => view.ratio(POINT, other, POOLS),
  };
}

function queue(
  name: string,
  variant: keyof typeof import('./queues.ts'),
  more: Partial<Contestant> = {},
): Contestant {
  return { name, ...more, load: async () => (await import('./queues.ts'))[variant] };
}
