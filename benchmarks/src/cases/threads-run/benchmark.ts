import type { Benchmark, Point } from '../../harness/benchmark.ts';
import { calibrateSpin } from '../../spin/calibrate.ts';
import { loop, runOnThreads, warmPools } from '../../spin/contestants.ts';

const RUN = runOnThreads.name;
/** Each with how many times faster than piscina a call should be. */
const goals = [
  ['~0 µs', 15],
  ['8.4 µs', 5],
  ['84 µs', 2],
] as const;

export const threadsRun: Benchmark = {
  name: 'threads-run',
  title: 'single calls of a function on two worker threads',
  about:
    'One call an item, 1,024 in flight, on two warm worker threads; integer loops of a calibrated length. The ' +
    'speed-up is over a plain loop on the calling thread, so below ×1 a pool costs more than it gives.',
  unit: { kind: 'time', label: 'µs/call', divisor: 1_000 },
  compare: 'speed-up',
  rounds: 5,
  points: [
    spinPoint('~0 µs', 0, 500_000),
    spinPoint('8.4 µs', 8.4, 100_000),
    spinPoint('84 µs', 84, 10_000),
  ],
  contestants: [loop, runOnThreads, ...warmPools()],
  goals: goals.map(([point, atLeast]) => ({
    text: `times faster than piscina at ${point}`,
    atLeast,
    measure: (view) => view.ratio(point, 'piscina', RUN),
  })),
  calibrate: calibrateSpin,
};

function spinPoint(name: string, microseconds: number, items: number): Point {
  return { name, items, tinyItems: 200, parameters: { microseconds } };
}
