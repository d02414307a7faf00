import type { Benchmark } from '../../harness/benchmark.ts';
import { calibrateSpin } from '../../spin/calibrate.ts';
import { coldLoop, coldPools, mapOnColdThreads } from '../../spin/contestants.ts';

const LOOP = coldLoop.name;
const MAP = 'atonce map';
const CLOSED = 'atonce map, pool closed too';
const TWENTY_MS = ['2,400 × 8.4 µs', '24 × 0.85 ms'] as const;

export const threadsCold: Benchmark = {
  name: 'threads-cold',
  title: 'little work on a pool that has to be started for it',
  about:
    'Making a pool of two worker threads and running all items on it, from the first line to the last answer; ' +
    'importing the library is not measured. The speed-up is over a plain loop that has not run before either.',
  unit: { kind: 'time', label: 'µs/item', divisor: 1_000 },
  compare: 'speed-up',
  rounds: 11,
  points: [
    { name: TWENTY_MS[0], items: 2_400, tinyItems: 50, parameters: { microseconds: 8.4 } },
    { name: TWENTY_MS[1], items: 24, tinyItems: 4, parameters: { microseconds: 850 } },
    { name: '480 × 0.85 ms', items: 480, tinyItems: 8, parameters: { microseconds: 850 } },
  ],
  contestants: [
    coldLoop,
    mapOnColdThreads(MAP, false),
    mapOnColdThreads(CLOSED, true),
    ...coldPools(),
  ],
  goals: TWENTY_MS.map((point) => ({
    text: `${MAP}: speed-up at ${point}, 20 ms of work in all`,
    atLeast: 0.95,
    measure: (view) => view.ratio(point, LOOP, MAP),
  })),
  calibrate: calibrateSpin,
};
