import type { Operation } from '../operation.ts';
import { runBatchMap } from './batch-map.ts';
import { useCache } from './cache.ts';
import { runCached } from './cached.ts';
import { runJournaled } from './journal.ts';
import { useLimit } from './limits.ts';
import { runMap } from './map.ts';
import { runPipeline } from './pipeline.ts';
import { usePools } from './pools.ts';
import { runOutcomes } from './run-parallel.ts';
import { runSchedule } from './scheduler.ts';
import { readStream } from './stream.ts';

/** Uses a primitive once, in a random way, and finds fault with what does not fit the model. */
export type Generator = (operation: Operation) => Promise<void>;

/** Generators by what they use. */
export type Generators = Readonly<Record<string, Generator>>;

/** One generator for each primitive. */
export const primitives: Generators = {
  map: runMap,
  runParallel: runOutcomes,
  batchMap: runBatchMap,
  stream: readStream,
  createScheduler: runSchedule,
  createPipeline: runPipeline,
  createPools: usePools,
  'fixedLimit and adaptiveLimit': useLimit,
  createCache: useCache,
  cached: runCached,
  journal: runJournaled,
};
