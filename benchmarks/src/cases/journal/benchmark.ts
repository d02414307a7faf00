import type { Benchmark, Contestant } from '../../harness/benchmark.ts';

const about =
  'Small JSON values through an async no-op, at most 64 in flight, each recorded in a journal file of its own. ' +
  '`kill` survives the end of the process, `batch` and `each` a power loss too; `each` syncs every record and so ' +
  'gets fewer items. The file system is named below: on one in memory a sync costs nothing.';

export const journal: Benchmark = {
  name: 'journal',
  title: 'what a journal adds to an item',
  about,
  unit: { kind: 'time', label: 'µs/item', divisor: 1_000 },
  compare: 'ratio',
  rounds: 5,
  points: [{ name: '100,000 items', items: 100_000, tinyItems: 50, parameters: {} }],
  contestants: [
    { name: 'no journal', load: async () => (await import('./recording.ts')).without },
    recording('kill'),
    recording('batch'),
    recording('each', { maxItems: 2_000, maxRounds: 3 }),
  ],
  goals: [],
};

export const journalResume: Benchmark = {
  name: 'journal-resume',
  title: 'going on from a journal in which everything is done',
  about:
    'A run over items that its journal knows as done: the task is not called once. What is measured is opening ' +
    'and checking the journal, and reading every value back from it.',
  unit: { kind: 'time', label: 'µs/item', divisor: 1_000 },
  compare: 'ratio',
  rounds: 5,
  points: [{ name: '100,000 items done', items: 100_000, tinyItems: 50, parameters: {} }],
  contestants: [
    { name: 'no journal', load: async () => (await import('./recording.ts')).without },
    { name: 'atonce map, resumed', load: async () => (await import('./recording.ts')).resumed },
  ],
  goals: [],
};

function recording(
  durability: 'kill' | 'batch' | 'each',
  more: Partial<Contestant> = {},
): Contestant {
  return {
    name: `atonce map, durability ${durability}`,
    ...more,
    load: async () => (await import('./recording.ts')).recorded(durability),
  };
}
