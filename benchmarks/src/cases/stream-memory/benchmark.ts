import type { Benchmark, GoalView } from '../../harness/benchmark.ts';

const POINT = '10,000,000 items';
const STREAM = 'atonce stream';

export const streamMemory: Benchmark = {
  name: 'stream-memory',
  title: 'memory of a stream over ten million items',
  about:
    'Ten million items, each made when it is asked for, through an async no-op and a `for await` that forgets ' +
    'each outcome, at most 64 in flight. Memory is read eleven times on the way, as it stands (no forced ' +
    'collection in between; the steps are V8 enlarging its young generation); `kept MB` is the heap after a forced collection, at the start and at the end only.',
  unit: { kind: 'time', label: 'ns/item', divisor: 1 },
  compare: 'ratio',
  rounds: 3,
  points: [{ name: POINT, items: 10_000_000, tinyItems: 2_000, parameters: { concurrency: 64 } }],
  contestants: [
    { name: STREAM, load: async () => (await import('./streams.ts')).atonceInOrder },
    {
      name: 'atonce stream, by completion',
      load: async () => (await import('./streams.ts')).atonceByCompletion,
    },
    {
      name: 'p-map pMapIterable',
      peer: 'p-map',
      load: async () => (await import('./streams.ts')).pMapIterable,
    },
  ],
  goals: [
    {
      text: 'bytes of resident memory gained per item after the first tenth',
      atMost: 4,
      measure: gainPerItem,
    },
    {
      text: 'heap kept after the run beside that before it',
      atMost: 1.1,
      measure: (view) => {
        const kept = column(view, 'kept MB').filter((value) => !Number.isNaN(value));
        return ratio(kept.at(-1), kept[0]);
      },
    },
  ],
};

/** Less than a pointer for each item means that items leave nothing behind. */
function gainPerItem(view: GoalView): number | undefined {
  const [items, resident] = [column(view, 'items'), column(view, 'RSS MB')];
  const tenth = items.findIndex((count) => count >= 1_000_000);
  const [from, to] = [resident[tenth], resident.at(-1)];
  if (from === undefined || to === undefined) return undefined;
  return ((to - from) * 1e6) / ((items.at(-1) ?? NaN) - (items[tenth] ?? NaN));
}

function column(view: GoalView, name: string): number[] {
  return (view.series(POINT, STREAM) ?? []).map((place) => place[name] ?? NaN);
}

function ratio(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one / other;
}
