import type { Benchmark } from '../harness/benchmark.ts';
import { adaptiveLimits } from './adaptive-limits/benchmark.ts';
import { auto } from './auto/benchmark.ts';
import { cacheHit, cacheStampede } from './cache/benchmark.ts';
import { journal, journalResume } from './journal/benchmark.ts';
import { mapNoop } from './map-noop/benchmark.ts';
import { pipeline } from './pipeline/benchmark.ts';
import { pipelineMemory } from './pipeline/memory-benchmark.ts';
import { pools } from './pools/benchmark.ts';
import { runLargeParent } from './run-large-parent/benchmark.ts';
import { runTrue } from './run-true/benchmark.ts';
import { schedulerOverhead } from './scheduler-overhead/benchmark.ts';
import { schedulerQuality } from './scheduler-quality/benchmark.ts';
import { size } from './size/benchmark.ts';
import { streamMemory } from './stream-memory/benchmark.ts';
import { threadsCold } from './threads-cold/benchmark.ts';
import { threadsMap } from './threads-map/benchmark.ts';
import { threadsRun } from './threads-run/benchmark.ts';

/** Every benchmark, in the order of the results page. Their contestants' code is imported when it runs. */
export const benchmarks: readonly Benchmark[] = [
  mapNoop,
  streamMemory,
  threadsMap,
  threadsCold,
  threadsRun,
  auto,
  runTrue,
  runLargeParent,
  journal,
  journalResume,
  schedulerQuality,
  schedulerOverhead,
  pipeline,
  pipelineMemory,
  pools,
  adaptiveLimits,
  cacheHit,
  cacheStampede,
  size,
];

/** @throws RangeError naming the known ones. */
export function findBenchmark(name: string): Benchmark {
  const found = benchmarks.find((each) => each.name === name);
  if (found !== undefined) return found;
  const known = benchmarks.map((each) => each.name).join(', ');
  throw new RangeError(`No benchmark is called ${name}; there are ${known}`);
}
