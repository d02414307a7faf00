export { batchMap } from './engine/batch-map.ts';
export { availableCores } from './engine/available-cores.ts';
export type {
  Journal,
  JournalEntry,
  JournalPlan,
  JournalRecord,
  JournalSession,
  Json,
} from './engine/journal.ts';
export type { Cache, Compute, Invalidation } from './engine/cache/cache.ts';
export type { CacheEvent, StoreOperation } from './engine/cache/cache-event.ts';
export type { CacheOptions } from './engine/cache/cache-options.ts';
export type { CacheStats } from './engine/cache/cache-stats.ts';
export type { CacheStore, StoredEntry } from './engine/cache/cache-store.ts';
export { cached, type CachedOptions, type CachedTask } from './engine/cache/cached.ts';
export type { ComputeOptions, SetOptions, TtlMs } from './engine/cache/compute-options.ts';
export { createCache } from './engine/cache/create-cache.ts';
export type { ComputeContext } from './engine/cache/flight.ts';
export {
  memoryCacheStore,
  type MemoryCacheStoreOptions,
} from './engine/cache/memory-cache-store.ts';
export {
  adaptiveLimit,
  type AdaptiveLimitOptions,
} from './engine/limits/adaptive/adaptive-limit.ts';
export type {
  LawSetting,
  LawState,
  LimitLaw,
  SlotUse,
  Verdict,
} from './engine/limits/adaptive/law.ts';
export { aimdLaw, type AimdOptions } from './engine/limits/adaptive/laws/aimd.ts';
export { combinedLaw } from './engine/limits/adaptive/laws/combined.ts';
export { gradientLaw, type GradientOptions } from './engine/limits/adaptive/laws/gradient.ts';
export { resourcesLaw, type ResourcesOptions } from './engine/limits/adaptive/laws/resources.ts';
export { throughputLaw } from './engine/limits/adaptive/laws/throughput.ts';
export {
  tokensRemainingLaw,
  type TokensRemainingOptions,
} from './engine/limits/adaptive/laws/tokens-remaining.ts';
export { vegasLaw } from './engine/limits/adaptive/laws/vegas.ts';
export type { LoadReading } from './engine/limits/adaptive/readings.ts';
export type { AdaptiveLimit, LimitChange } from './engine/limits/adaptive/steered-limit.ts';
export { fixedLimit } from './engine/limits/fixed-limit.ts';
export type { Limit, SlotResult } from './engine/limits/limit.ts';
export { map } from './engine/map.ts';
export { optimalWorkers, type OptimalWorkersOptions } from './engine/optimal-workers.ts';
export type { RunOptions } from './engine/options.ts';
export {
  createPipeline,
  type Flattened,
  type Pipeline,
} from './engine/pipeline/create-pipeline.ts';
export type {
  PipelineFailure,
  PipelineOutcome,
  PipelineSuccess,
} from './engine/pipeline/outcome.ts';
export type { PipelineStream } from './engine/pipeline/pipeline-reader.ts';
export type { PipelineReport } from './engine/pipeline/report.ts';
export type {
  PipelineOptions,
  PipelineRunOptions,
  PipelineStreamOptions,
} from './engine/pipeline/run-options.ts';
export { StageError } from './engine/pipeline/stage-error.ts';
export type {
  BatchOptions,
  DeadLetter,
  ErrorPolicy,
  FlattenOptions,
  StageOptions,
} from './engine/pipeline/stage-options.ts';
export type {
  Bottleneck,
  PipelineStatistics,
  StageStatistics,
} from './engine/pipeline/statistics.ts';
export type { PoolCallOptions } from './engine/pools/call-options.ts';
export type { PoolTask, PoolTaskContext } from './engine/pools/call.ts';
export {
  createPools,
  type NamedPoolStats,
  type Pools,
  type PoolSize,
  type PoolSizes,
  type PoolsOptions,
  type UsualPool,
} from './engine/pools/create-pools.ts';
export { concurrencyTiers, type ConcurrencyTiers } from './engine/pools/tiers.ts';
export type { ProgressCounts, ProgressEvent } from './engine/progress.ts';
export type { RateLimitOptions } from './engine/rate-limit.ts';
export type { Results } from './engine/results.ts';
export type { Backoff, ExponentialBackoff, RetryOptions } from './engine/retry.ts';
export { runParallel, type RunParallelOptions } from './engine/run-parallel.ts';
export type {
  Attempt,
  BulkItems,
  Decision,
  Runner,
  RunnerEvents,
  RunnerRequest,
  RunnerSession,
} from './engine/runner.ts';
export type { CriticalPath } from './engine/scheduler/bounds.ts';
export type { SchedulerCounts, SchedulerEvent } from './engine/scheduler/events.ts';
export type { TaskFailure, TaskOutcome, TaskSuccess } from './engine/scheduler/outcome.ts';
export { GraphError } from './engine/scheduler/graph-error.ts';
export type { Estimates, SchedulerOptions } from './engine/scheduler/options.ts';
export type { PlannedStart, PlannedTokens, SchedulePlan } from './engine/scheduler/plan.ts';
export type { Priority } from './engine/priority.ts';
export type { ScheduleReport, UsedTokens } from './engine/scheduler/report.ts';
export type {
  Given,
  OnDependencyFailure,
  ScheduledContext,
  ScheduledTask,
} from './engine/scheduler/scheduled-task.ts';
export {
  createScheduler,
  type Scheduler,
  type SchedulerRunOptions,
} from './engine/scheduler/scheduler.ts';
export { SkippedError, type SkipReason } from './engine/scheduler/skipped-error.ts';
export type { Items } from './engine/source.ts';
export { type OutcomeStream, stream, type StreamOptions } from './engine/stream.ts';
export { type Task, type TaskContext } from './engine/task.ts';
export { type Clock, systemClock } from './kernel/clock.ts';
export {
  AtonceError,
  CancelledError,
  type ErrorCode,
  isAtonceError,
  OptionError,
  SourceError,
  TimeoutError,
} from './kernel/errors.ts';
export type { Failure, GaveUp, Outcome, Success } from './kernel/outcome.ts';
export { type Random, seededRandom } from './kernel/random.ts';
export { stableKey } from './kernel/stable-key.ts';
