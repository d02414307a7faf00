import type { Benchmark } from '../harness/benchmark.ts';
import { mapNoop } from './map-noop/benchmark.ts';

/** Every benchmark, in the order of the results page. Their contestants' code is imported when it runs. */
export const benchmarks: readonly Benchmark[] = [mapNoop];

/** @throws RangeError naming the known ones. */
export function findBenchmark(name: string): Benchmark {
  const found = benchmarks.find((each) => each.name === name);
  if (found !== undefined) return found;
  const known = benchmarks.map((each) => each.name).join(', ');
  throw new RangeError(`No benchmark is called ${name}; there are ${known}`);
}
