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
export { fixedLimit } from './engine/limits/fixed-limit.ts';
export type { Limit, SlotResult } from './engine/limits/limit.ts';
export { map } from './engine/map.ts';
export { optimalWorkers, type OptimalWorkersOptions } from './engine/optimal-workers.ts';
export type { RunOptions } from './engine/options.ts';
export type { ProgressCounts, ProgressEvent } from './engine/progress.ts';
export type { RateLimitOptions } from './engine/rate-limit.ts';
export type { Results } from './engine/results.ts';
export type { Backoff, ExponentialBackoff, RetryOptions } from './engine/retry.ts';
export { runParallel, type RunParallelOptions } from './engine/run-parallel.ts';
export type {
  Attempt,
  Decision,
  Runner,
  RunnerEvents,
  RunnerRequest,
  RunnerSession,
} from './engine/runner.ts';
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
