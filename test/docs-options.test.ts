import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { optionList } from './support/option-lists.ts';
import { root } from './support/repository.ts';

// The reference is made of the doc comments. After a change of them: npx vitest run test/docs-options.test.ts -u

const sources = [
  ['Every function', 'RunOptions', 'engine/options.ts'],
  ['runParallel', 'RunParallelOptions', 'engine/run-parallel.ts'],
  ['stream', 'StreamOptions', 'engine/stream.ts'],
  ['retry', 'RetryOptions', 'engine/retry.ts'],
  ['retry.backoff', 'ExponentialBackoff', 'engine/retry.ts'],
  ['rateLimit', 'RateLimitOptions', 'engine/rate-limit.ts'],
  ['optimalWorkers', 'OptimalWorkersOptions', 'engine/optimal-workers.ts'],
  ['createScheduler', 'SchedulerOptions', 'engine/scheduler/options.ts'],
  ['scheduler.add', 'ScheduledTask', 'engine/scheduler/scheduled-task.ts'],
  ['scheduler.run', 'SchedulerRunOptions', 'engine/scheduler/scheduler.ts'],
  ['createPipeline', 'PipelineOptions', 'engine/pipeline/run-options.ts'],
  ['pipeline.stage', 'StageOptions', 'engine/pipeline/stage-options.ts'],
  ['pipeline.batch', 'BatchOptions', 'engine/pipeline/stage-options.ts'],
  ['pipeline.flatten', 'FlattenOptions', 'engine/pipeline/stage-options.ts'],
  ['pipeline.run', 'PipelineRunOptions', 'engine/pipeline/run-options.ts'],
  ['pipeline.stream', 'PipelineStreamOptions', 'engine/pipeline/run-options.ts'],
  ['createPools', 'PoolsOptions', 'engine/pools/create-pools.ts'],
  ['pools.run', 'PoolCallOptions', 'engine/pools/call-options.ts'],
  ['adaptiveLimit', 'AdaptiveLimitOptions', 'engine/limits/adaptive/adaptive-limit.ts'],
  ['aimdLaw', 'AimdOptions', 'engine/limits/adaptive/laws/aimd.ts'],
  ['gradientLaw', 'GradientOptions', 'engine/limits/adaptive/laws/gradient.ts'],
  ['resourcesLaw', 'ResourcesOptions', 'engine/limits/adaptive/laws/resources.ts'],
  [
    'tokensRemainingLaw',
    'TokensRemainingOptions',
    'engine/limits/adaptive/laws/tokens-remaining.ts',
  ],
  ['createCache', 'CacheOptions', 'engine/cache/cache-options.ts'],
  ['cache.set', 'SetOptions', 'engine/cache/compute-options.ts'],
  ['cache.getOrCompute', 'ComputeOptions', 'engine/cache/compute-options.ts'],
  ['cached', 'CachedOptions', 'engine/cache/cached.ts'],
  ['memoryCacheStore', 'MemoryCacheStoreOptions', 'engine/cache/memory-cache-store.ts'],
  ['threads and processes', 'PoolOptions', 'threads/options.ts'],
  ['threads', 'ThreadsOptions', 'threads/options.ts'],
  ['processes', 'ProcessesOptions', 'threads/options.ts'],
  ['initialiser', 'Initialiser', 'threads/options.ts'],
  ['pool.run', 'PoolRunOptions', 'threads/pool.ts'],
  ['fileJournal', 'FileJournalOptions', 'files/journal/journal-options.ts'],
  ['fileCacheStore', 'FileCacheStoreOptions', 'files/cache-store/file-cache-store.ts'],
  ['writeFileAtomic', 'WriteFileAtomicOptions', 'files/write-file-atomic.ts'],
  ['fakeClock', 'FakeClockOptions', 'testing/fake-clock.ts'],
  ['fuzzDelays', 'FuzzDelaysOptions', 'testing/fuzz-delays.ts'],
] as const;

const introduction = `# Options of the library

This page is made from the comments on the options themselves; a test compares them. A refused option is an
\`OptionError\` that names it, what was expected and what came. \`undefined\` means the default. Durations are
milliseconds.
`;

test('the reference is what the doc comments say', async () => {
  const lists = sources.map(([heading, interfaceName, path]) => {
    const file = `packages/atonce/src/${path}`;
    const text = readFileSync(join(root, file), 'utf8');
    return optionList({ heading, interfaceName, file: { path: file, text } });
  });
  await expect([introduction, ...lists].join('\n')).toMatchFileSnapshot(
    '../docs/reference/options.md',
  );
});

test('an option is listed with its type, sentence and default', () => {
  const text = `export interface Options {
    /**
     * How many.
     *
     * @defaultValue 3
     */
    readonly count?: number | 'auto' | undefined;
    /** Who. */
    readonly name: string;
  }`;
  const source = { heading: 'Heading', interfaceName: 'Options', file: { path: 'a.ts', text } };
  expect(optionList(source).split('\n')).toEqual([
    '## Heading',
    '',
    "- `count`, `number | 'auto'`: How many. Default: 3.",
    '- `name`, `string`: Who.',
    '',
  ]);
  expect(() => optionList({ ...source, interfaceName: 'Other' })).toThrow('documents no Other');
});
