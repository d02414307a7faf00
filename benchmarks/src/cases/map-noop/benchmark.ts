import type { Benchmark, Contestant, Goal } from '../../harness/benchmark.ts';
import { type MapNoop, overNumbers } from './noop.ts';

const POINT = '1,000,000 items';
const FLOOR = 'bare lanes (floor)';
const MAP = 'atonce map';

export const mapNoop: Benchmark = {
  name: 'map-noop',
  title: 'what a library adds to an async call that does nothing',
  about:
    'One million items through an async no-op, at most 64 in flight. The floor is 64 lanes of a bare async ' +
    'function over one cursor: no errors, no order, no options. The atonce rows with an option show what that ' +
    'option costs when it is used and never acts. Slow contestants get fewer items; amounts are per item.',
  unit: { kind: 'time', label: 'ns/item', divisor: 1 },
  compare: 'ratio',
  rounds: 7,
  points: [{ name: POINT, items: 1_000_000, tinyItems: 500, parameters: { concurrency: 64 } }],
  contestants: [
    { name: FLOOR, load: async () => overNumbers((await import('./floor.ts')).bareLanes) },
    atonce(MAP, 'mapDefaults'),
    peer('p-map', 'pMap'),
    peer('async.mapLimit', 'asyncMapLimit', { peer: 'async' }),
    peer('Effect.forEach', 'effectForEach', { peer: 'effect' }),
    peer('streaming-iterables transform', 'streamingTransform', { peer: 'streaming-iterables' }),
    peer('fastq.promise', 'fastqPromise', { peer: 'fastq', maxRounds: 5 }),
    peer('p-limit', 'pLimit', { maxRounds: 5 }),
    peer('p-queue', 'pQueue', { maxRounds: 3 }),
    peer('Bottleneck', 'bottleneck', { peer: 'bottleneck', maxItems: 3_000, maxRounds: 3 }),
    atonce('atonce runParallel', 'parallel'),
    atonce('atonce batchMap', 'successes'),
    atonce('atonce stream', 'streamInOrder'),
    atonce('atonce stream, by completion', 'streamByCompletion'),
    atonce('atonce map + fixedLimit', 'mapWithLimit'),
    atonce('atonce map + signal', 'mapWithSignal'),
    atonce('atonce map + timeoutMs', 'mapWithTimeout'),
    atonce('atonce map + retry', 'mapWithRetry'),
    atonce('atonce map + rateLimit', 'mapWithRateLimit'),
    atonce('atonce map + onProgress', 'mapWithProgress'),
    atonce('atonce map, task reads its signal', 'mapReadingSignal'),
  ],
  goals: [
    {
      text: 'map, every default on, beside the floor',
      atMost: 1.5,
      measure: (view) => view.ratio(POINT, MAP, FLOOR),
    },
    {
      text: 'times faster than p-map',
      atLeast: 6,
      measure: (view) => view.ratio(POINT, 'p-map', MAP),
    },
    ...[
      'async.mapLimit',
      'Effect.forEach',
      'fastq.promise',
      'p-limit',
      'p-queue',
      'Bottleneck',
    ].map(fasterThan),
    {
      text: 'peak memory beside that of p-map',
      atMost: 1,
      measure: (view) => {
        const [own, other] = [view.peakRss(POINT, MAP), view.peakRss(POINT, 'p-map')];
        return own === undefined || other === undefined ? undefined : own / other;
      },
    },
  ],
};

function fasterThan(other: string): Goal {
  return {
    text: `times faster than ${other}`,
    atLeast: 1,
    measure: (view) => view.ratio(POINT, other, MAP),
  };
}

function atonce(name: string, variant: keyof typeof import('./atonce.ts')): Contestant {
  return { name, load: async () => overNumbers((await import('./atonce.ts'))[variant]) };
}

function peer(
  name: string,
  variant: keyof typeof import('./peers.ts'),
  more: Partial<Contestant> = {},
): Contestant {
  const load = async (): Promise<MapNoop> => (await import('./peers.ts'))[variant]();
  return { name, peer: name, ...more, load: async () => overNumbers(await load()) };
}
