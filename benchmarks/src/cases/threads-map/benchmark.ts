import type { Benchmark, Goal, Point } from '../../harness/benchmark.ts';
import { calibrateSpin } from '../../spin/calibrate.ts';
import { loop, mapOnLoop, mapOnThreads, warmPools } from '../../spin/contestants.ts';

const LOOP = loop.name;
const MAP = 'atonce map';
const REMOTE = 'atonce map, inline: false';
const SKEWED = '8.4 µs, 1 % of items ×100';

const points: readonly Point[] = [
  spinPoint('~0 µs', 0, 1_000_000),
  spinPoint('1 µs', 1, 500_000),
  spinPoint('8.4 µs', 8.4, 100_000),
  spinPoint('84 µs', 84, 10_000),
  spinPoint('0.85 ms', 850, 1_000),
  spinPoint('8.4 ms', 8_400, 120),
  {
    name: SKEWED,
    items: 50_000,
    tinyItems: 200,
    parameters: { microseconds: 8.4, heavyPercent: 1, heavyFactor: 100 },
  },
];

export const threadsMap: Benchmark = {
  name: 'threads-map',
  title: 'many CPU-bound items on two worker threads',
  about:
    'Integer loops of a calibrated length on two warm worker threads, results in order. atonce chooses its chunks ' +
    'by itself; `inline: false` keeps every item off the calling thread. The other pools send one message an item, ' +
    'also where a call takes many (`mapExecute` of poolifier): they get one call an item, 1,024 in flight. Measured is the second of two equal runs. The speed-up is over a plain loop on the calling thread.',
  unit: { kind: 'time', label: 'µs/item', divisor: 1_000 },
  compare: 'speed-up',
  rounds: 5,
  points,
  contestants: [
    loop,
    mapOnThreads(MAP, 'auto'),
    mapOnThreads(REMOTE, false),
    mapOnLoop,
    ...warmPools(),
  ],
  goals: [
    {
      text: 'µs an item when the task does nothing, inline: false',
      atMost: 0.6,
      measure: (view) => view.amount('~0 µs', REMOTE),
    },
    ...points.map(({ name }) => speedUp(MAP, name, leastSpeedUp(name))),
    ...['8.4 µs', '84 µs', '0.85 ms', '8.4 ms', SKEWED].map((name) =>
      speedUp(REMOTE, name, leastSpeedUp(name)),
    ),
  ],
  calibrate: calibrateSpin,
};

function spinPoint(name: string, microseconds: number, items: number): Point {
  const tinyItems = Math.min(items, microseconds > 1_000 ? 8 : 200);
  return { name, items, tinyItems, parameters: { microseconds } };
}

/** What two threads should gain. */
function leastSpeedUp(point: string): number {
  if (point === '~0 µs' || point === '1 µs') return 0.95;
  if (point === '8.4 µs') return 1.6;
  return point === SKEWED ? 1.8 : 1.85;
}

function speedUp(contestant: string, point: string, atLeast: number): Goal {
  return {
    text: `${contestant}: speed-up at ${point}`,
    atLeast,
    measure: (view) => view.ratio(point, LOOP, contestant),
  };
}
