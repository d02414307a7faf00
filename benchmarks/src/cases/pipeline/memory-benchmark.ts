import type { Benchmark, Contestant, GoalView } from '../../harness/benchmark.ts';

const POINT = '1,000,000 items';
const PIPELINE = 'atonce pipeline';

export const pipelineMemory: Benchmark = {
  name: 'pipeline-memory',
  title: 'memory and cost of a pipeline over a million items',
  about:
    'A million items, each made when it is asked for, through three async no-ops with 16 slots each and a `for await` ' +
    'that forgets each outcome. Memory is read eleven times on the way, as it stands; `kept MB` is the heap after a ' +
    'forced collection, at the start and at the end only. The time is what a library adds to work that takes none.',
  unit: { kind: 'time', label: 'ns/item', divisor: 1 },
  compare: 'ratio',
  rounds: 3,
  points: [{ name: POINT, items: 1_000_000, tinyItems: 2_000, parameters: { slots: 16 } }],
  contestants: [
    own(PIPELINE, 'atonceInOrder'),
    own('atonce pipeline, by completion', 'atonceByCompletion'),
    {
      name: 'streaming-iterables transform',
      peer: 'streaming-iterables',
      load: async () => (await import('./flows.ts')).streamingTransforms,
    },
  ],
  goals: [
    {
      text: 'bytes of heap kept per item',
      atMost: 1,
      measure: keptPerItem,
    },
  ],
};

/** Less than a byte means that items leave nothing behind. */
function keptPerItem(view: GoalView): number | undefined {
  const series = view.series(POINT, PIPELINE) ?? [];
  const kept = series.filter((place) => place['kept MB'] !== undefined);
  const [first, last] = [kept[0], kept.at(-1)];
  if (first === undefined || last === undefined || first === last) return undefined;
  const grown = ((last['kept MB'] as number) - (first['kept MB'] as number)) * 1e6;
  return Math.max(0, grown) / (last['items'] as number);
}

function own(name: string, variant: 'atonceInOrder' | 'atonceByCompletion'): Contestant {
  return { name, load: async () => (await import('./flows.ts'))[variant] };
}
