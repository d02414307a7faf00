import { checkInteger, checkMs, checkNames, refuse } from '../../kernel/checks.ts';
import type { Limit } from '../limits/limit.ts';
import { type RunOptions, settle, type Settings } from '../options.ts';
import type { RateLimitOptions } from '../rate-limit.ts';
import type { RetryOptions } from '../retry.ts';
import type { Runner } from '../runner.ts';
import type { Task } from '../task.ts';
import type { PipelineFailure } from './outcome.ts';

/** Is told of an item that failed. The item's outcome waits for what it returns; what it throws stops the pipeline. */
export type DeadLetter<I> = (failure: PipelineFailure<I>) => unknown;

/** What a failure means: the end of everything, only of the item, or that somebody takes the item over. */
export type ErrorPolicy<I = unknown> = 'stop' | 'skip' | DeadLetter<I>;

/** Options of one stage. */
export interface StageOptions<I> {
  /**
   * How many items the stage is at work on at most: an integer from 1, a shared `Limit`, or `'auto'`,
   * which is 64 on the event loop and what the runner finds best elsewhere. 1 makes it sequential.
   *
   * @defaultValue 'auto'
   */
  readonly concurrency?: number | 'auto' | Limit | undefined;
  /**
   * How many results may wait for the next stage. When so many do, a slot that is done stays taken until
   * there is room. An integer from 0. Of the last stage it is how many outcomes may wait for a stream's reader.
   *
   * @defaultValue twice the concurrency; 256 where that is unlimited or a runner's matter
   */
  readonly queue?: number | undefined;
  /**
   * Hand results on in the order in which their items came, so that one slow item holds up those behind
   * it, instead of each as soon as it is done.
   *
   * @defaultValue false
   */
  readonly ordered?: boolean | undefined;
  /**
   * When a failed item is tried again.
   *
   * @defaultValue never
   */
  readonly retry?: RetryOptions | undefined;
  /**
   * Time limit of each attempt, milliseconds. A late attempt fails with `TimeoutError`, its signal
   * is aborted and its slot is free again at once, whether or not the task listens.
   *
   * @defaultValue no limit
   */
  readonly timeoutMs?: number | undefined;
  /**
   * At most so many attempts start in any window of time.
   *
   * @defaultValue no limit
   */
  readonly rateLimit?: RateLimitOptions | undefined;
  /**
   * Where the stage is executed: on the event loop, on a pool of workers, or wherever measuring shows
   * that it pays. Workers need a task made by `moduleTask`.
   *
   * @defaultValue 'loop'
   */
  readonly on?: 'loop' | 'auto' | Runner | undefined;
  /**
   * What a failure does, once it is not tried again: `stop` ends the pipeline with it, `skip` makes it
   * the item's outcome, a function is told of it besides.
   *
   * @defaultValue 'stop'
   */
  readonly onError?: ErrorPolicy<I> | undefined;
}

/** Options of gathering items into batches. */
export interface BatchOptions {
  /**
   * A batch that is not full goes on so many milliseconds after its first item came. More than 0.
   *
   * @defaultValue it waits until it is full or there are no more items
   */
  readonly maxWaitMs?: number | undefined;
  /**
   * How many batches may wait for the next stage. An integer from 1.
   *
   * @defaultValue 1
   */
  readonly queue?: number | undefined;
}

/** Options of taking items apart. */
export interface FlattenOptions {
  /**
   * How many parts may wait for the next stage. An integer from 1.
   *
   * @defaultValue 16
   */
  readonly queue?: number | undefined;
  /**
   * What it means when an item cannot be iterated to its end. The parts before that have gone on.
   *
   * @defaultValue 'stop'
   */
  readonly onError?: ErrorPolicy | undefined;
}

/** One station as it was asked for. */
export type StationPlan = StagePlan | BatchPlan | FlattenPlan;

export interface StagePlan {
  readonly kind: 'stage';
  readonly name: string;
  readonly task: Task<unknown, unknown>;
  /** What concerns single attempts. */
  readonly attempts: RunOptions<unknown>;
  readonly queue: number;
  readonly ordered: boolean;
  readonly onError: ErrorPolicy;
}

export interface BatchPlan {
  readonly kind: 'batch';
  readonly name: string;
  readonly size: number;
  readonly maxWaitMs: number | null;
  readonly queue: number;
}

export interface FlattenPlan {
  readonly kind: 'flatten';
  readonly name: string;
  readonly queue: number;
  readonly onError: ErrorPolicy;
}

const STAGE_OPTION_NAMES: readonly (keyof StageOptions<unknown>)[] = [
  'concurrency',
  'queue',
  'ordered',
  'retry',
  'timeoutMs',
  'rateLimit',
  'on',
  'onError',
];

/** Results that may wait where the concurrency does not say how many. */
const DEFAULT_QUEUE = 256;

/**
 * Checks a stage once, when it is added.
 *
 * @throws OptionError naming the first bad option.
 */
export function planStage(
  name: string,
  task: Task<unknown, unknown>,
  options: StageOptions<unknown>,
): StagePlan {
  if (typeof name !== 'string' || name === '') throw refuse('name', 'a text, not empty', name);
  checkNames('options', options, STAGE_OPTION_NAMES);
  const { queue, ordered = false, onError = 'stop', ...attempts } = options;
  const { concurrency } = attempts;
  if (typeof concurrency === 'number' && !(Number.isSafeInteger(concurrency) && concurrency >= 1))
    throw refuse(
      'concurrency',
      'an integer from 1 and up, since a pipeline is bounded',
      concurrency,
    );
  if (typeof ordered !== 'boolean') throw refuse('ordered', 'true or false', ordered);
  const slots = slotsOf(settle(task, attempts, []));
  const ready = queue ?? (Number.isFinite(slots) ? 2 * slots : DEFAULT_QUEUE);
  checkInteger('queue', ready, { min: 0 });
  checkPolicy(onError);
  return { kind: 'stage', name, task, attempts, queue: ready, ordered, onError };
}

/** @throws OptionError naming the first bad option. */
export function planBatch(name: string, size: number, options: BatchOptions): BatchPlan {
  checkInteger('size', size, { min: 1 });
  checkNames('options', options, ['maxWaitMs', 'queue']);
  const { maxWaitMs, queue = 1 } = options;
  if (maxWaitMs !== undefined) checkMs('maxWaitMs', maxWaitMs, 'more than 0');
  checkInteger('queue', queue, { min: 1 });
  return { kind: 'batch', name, size, maxWaitMs: maxWaitMs ?? null, queue };
}

/** @throws OptionError naming the first bad option. */
export function planFlatten(name: string, options: FlattenOptions): FlattenPlan {
  checkNames('options', options, ['queue', 'onError']);
  const { queue = 16, onError = 'stop' } = options;
  checkInteger('queue', queue, { min: 1 });
  checkPolicy(onError);
  return { kind: 'flatten', name, queue, onError };
}

/** Items that a stage may be at work on now; Infinity where a runner decides how many it takes. */
export function slotsOf({ limit, width }: Settings<unknown>): number {
  return limit === null ? width : limit.concurrency;
}

function checkPolicy(onError: unknown): void {
  if (onError === 'stop' || onError === 'skip') return;
  if (typeof onError !== 'function')
    throw refuse('onError', "'stop', 'skip' or a function", onError);
}
