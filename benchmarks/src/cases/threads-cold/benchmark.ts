import type { Benchmark } from '../../harness/benchmark.ts';
import { calibrateSpin } from '../../spin/calibrate.ts';
import { coldLoop, coldPools, mapOnColdThreads } from '../../spin/contestants.ts';

const LOOP = coldLoop.name;
const MAP = 'atonce map';
const CLOSED = 'atonce map, pool closed too';
/** How often the same was done in the process before: never, or as in a program that has run for a while. */
const FIRST = { when: 'first pool', poolsBefore: 0 };
const LATER = { when: 'later pool', poolsBefore: 3 };

const points = [
  { work: '2,400 × 8.4 µs', items: 2_400, tinyItems: 50, microseconds: 8.4, ...FIRST },
  { work: '24 × 0.85 ms', items: 24, tinyItems: 4, microseconds: 850, ...FIRST },
  { work: '480 × 0.85 ms', items: 480, tinyItems: 8, microseconds: 850, ...FIRST },
  { work: '2,400 × 8.4 µs', items: 2_400, tinyItems: 50, microseconds: 8.4, ...LATER },
  { work: '24 × 0.85 ms', items: 24, tinyItems: 4, microseconds: 850, ...LATER },
].map(({ work, when, items, tinyItems, ...parameters }) => ({
  name: `${work}, ${when}`,
  items,
  tinyItems,
  parameters,
}));

/** So much work that a pool could be expected not to make it slower. */
const TWENTY_MS = points.filter(({ name }) => !name.startsWith('480'));

export const threadsCold: Benchmark = {
  name: 'threads-cold',
  title: 'little work on a pool that has to be started for it',
  about:
    'Making a pool of two worker threads and running all items on it, from the first line to the last answer; ' +
    'importing the library is not measured. The first pool of a process runs code that has never run before, and ' +
    'the plain loop beside it likewise; before a later pool the same was done three times, on pools that were closed.',
  unit: { kind: 'time', label: 'µs/item', divisor: 1_000 },
  compare: 'speed-up',
  rounds: 11,
  points,
  contestants: [
    coldLoop,
    mapOnColdThreads(MAP, false),
    mapOnColdThreads(CLOSED, true),
    ...coldPools(),
  ],
  goals: TWENTY_MS.map(({ name }) => ({
    text: `${MAP}: speed-up at ${name}, 20 ms of work in all`,
    atLeast: 0.95,
    measure: (view) => view.ratio(name, LOOP, MAP),
  })),
  calibrate: calibrateSpin,
};
