import {
  checkFunction,
  checkInteger,
  checkMs,
  checkNames,
  checkSignal,
  refuse,
} from '../kernel/checks.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Journal } from './journal.ts';
import type { Limit } from './limits/limit.ts';
import type { ProgressEvent } from './progress.ts';
import { RateWindow, type RateLimitOptions } from './rate-limit.ts';
import { retryPolicy, type RetryOptions, type RetryPolicy } from './retry.ts';
import type { Runner } from './runner.ts';
import { moduleTaskSource, type Task } from './task.ts';

/** Options shared by `map`, `runParallel`, `batchMap` and `stream`. */
export interface RunOptions<T> {
  /**
   * How many tasks are in flight at most: an integer from 1, `Infinity`, a shared `Limit`, or
   * `'auto'`, which is 64 on the event loop and what the runner finds best elsewhere.
   *
   * @defaultValue 'auto'
   */
  readonly concurrency?: number | 'auto' | Limit | undefined;
  /** Stops the run when aborted: nothing new starts, running tasks see their own signal aborted. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Time limit of each attempt, milliseconds. A late attempt fails with `TimeoutError`, its signal
   * is aborted and its slot is free again at once, whether or not the task listens.
   *
   * @defaultValue no limit
   */
  readonly timeoutMs?: number | undefined;
  /**
   * How long running tasks may go on after the run was stopped, milliseconds, before their items
   * are given up as cancelled (and, on workers, the worker is terminated).
   *
   * @defaultValue 0 on the event loop, 1000 on workers
   */
  readonly graceMs?: number | undefined;
  /**
   * When a failed item is tried again.
   *
   * @defaultValue never
   */
  readonly retry?: RetryOptions | undefined;
  /**
   * At most so many attempts start in any window of time.
   *
   * @defaultValue no limit
   */
  readonly rateLimit?: RateLimitOptions | undefined;
  /** Told what happens. An error it throws stops the run. */
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** Name of the run, for a journal's plan. */
  readonly desc?: string | undefined;
  /** Makes the run resumable: items it knows as done are not run again. */
  readonly journal?: Journal | undefined;
  /**
   * What identifies an item in the journal. Equal keys are told apart by their order.
   *
   * @defaultValue the item's content, by `stableKey`
   */
  readonly key?: ((item: T) => string | number) | undefined;
  /**
   * Where tasks are executed: on the event loop, on a pool of workers, or wherever measuring shows
   * that it pays. Workers need a task made by `moduleTask`.
   *
   * @defaultValue 'loop'
   */
  readonly on?: 'loop' | 'auto' | Runner | undefined;
  /**
   * Source of time, for tests.
   *
   * @defaultValue the machine's clock
   */
  readonly clock?: Clock | undefined;
  /**
   * Source of chance for jitter, for tests.
   *
   * @defaultValue Math.random
   */
  readonly random?: Random | undefined;
}

/** Names of the shared options, for telling unknown ones. */
const RUN_OPTION_NAMES: readonly (keyof RunOptions<unknown>)[] = [
  'concurrency',
  'signal',
  'timeoutMs',
  'graceMs',
  'retry',
  'rateLimit',
  'onProgress',
  'desc',
  'journal',
  'key',
  'on',
  'clock',
  'random',
];

/** What `'auto'` means on the event loop. */
const DEFAULT_CONCURRENCY = 64;

/** The options once checked, with every default filled in; `null` means a feature nobody asked for. */
export interface Settings<T> {
  /** Tasks in flight at most; Infinity where `limit` or a runner decides. */
  readonly width: number;
  /** What the caller wrote as a number, for runners. */
  readonly concurrency: number | undefined;
  readonly limit: Limit | null;
  readonly signal: AbortSignal | null;
  readonly timeoutMs: number | null;
  readonly graceMs: number | undefined;
  readonly retry: RetryPolicy | null;
  readonly retryAttempts: number;
  readonly rate: RateWindow | null;
  readonly onProgress: ((event: ProgressEvent) => void) | null;
  readonly desc: string | undefined;
  readonly journal: Journal | null;
  readonly key: ((item: T) => string | number) | undefined;
  /** Executes the tasks; null is the event loop. */
  readonly runner: Runner | null;
  /** `on: 'auto'` was asked for, but the task cannot be shipped. */
  readonly boundToLoop: boolean;
  readonly clock: Clock;
}

/**
 * Checks all shared options in one place.
 *
 * @throws OptionError naming the first bad one.
 */
export function settle<T, R>(
  task: Task<T, R>,
  options: RunOptions<T>,
  extra: readonly string[],
): Settings<T> {
  checkFunction('task', task);
  checkNames('options', options, [...RUN_OPTION_NAMES, ...extra]);
  const {
    concurrency = 'auto',
    signal,
    timeoutMs,
    graceMs,
    retry,
    rateLimit,
    onProgress,
    desc,
    journal,
    key,
    on = 'loop',
    clock = systemClock,
    random = Math.random,
  } = options;
  if (signal !== undefined) checkSignal('signal', signal);
  if (timeoutMs !== undefined) checkMs('timeoutMs', timeoutMs, 'more than 0');
  if (graceMs !== undefined) checkMs('graceMs', graceMs);
  if (onProgress !== undefined) checkFunction('onProgress', onProgress);
  if (key !== undefined) checkFunction('key', key);
  if (desc !== undefined && typeof desc !== 'string') throw refuse('desc', 'a string', desc);
  if (journal !== undefined)
    checkShape('journal', journal, ['open'], 'a Journal, for instance fileJournal(path)');
  if (key !== undefined && journal === undefined)
    throw refuse('key', 'given together with `journal`', key);
  if (on !== 'loop' && on !== 'auto')
    checkShape('on', on, ['open'], "'loop', 'auto' or a Runner, for instance threads()");
  checkShape('clock', clock, ['now', 'epoch', 'after'], 'a Clock');
  checkFunction('random', random);
  const runner =
    on === 'auto' ? (moduleTaskSource(task)?.autoRunner() ?? null) : on === 'loop' ? null : on;
  return {
    ...widthOf(concurrency, runner === null),
    signal: signal ?? null,
    timeoutMs: timeoutMs ?? null,
    graceMs,
    retry: retry === undefined ? null : retryPolicy(retry, random),
    retryAttempts: retry?.attempts ?? 1,
    rate: rateLimit === undefined ? null : new RateWindow(rateLimit),
    onProgress: onProgress ?? null,
    desc,
    journal: journal ?? null,
    key,
    runner,
    boundToLoop: on === 'auto' && runner === null,
    clock,
  };
}

function widthOf(
  concurrency: unknown,
  onLoop: boolean,
): Pick<Settings<unknown>, 'width' | 'limit' | 'concurrency'> {
  if (concurrency === 'auto')
    return { width: onLoop ? DEFAULT_CONCURRENCY : Infinity, limit: null, concurrency: undefined };
  if (typeof concurrency !== 'number') {
    checkShape(
      'concurrency',
      concurrency,
      ['tryAcquire', 'release', 'whenFree'],
      "an integer from 1 and up, `Infinity`, 'auto' or a Limit",
    );
    return { width: Infinity, limit: concurrency as Limit, concurrency: undefined };
  }
  checkInteger('concurrency', concurrency, { min: 1, orInfinity: true });
  return {
    width: onLoop ? concurrency : Infinity,
    limit: null,
    concurrency: concurrency === Infinity ? undefined : concurrency,
  };
}

/** Throws unless `value` has all of `methods`. */
export function checkShape(
  option: string,
  value: unknown,
  methods: readonly string[],
  expected: string,
): void {
  const candidate = value as Record<string, unknown> | null;
  const fits =
    typeof candidate === 'object' &&
    candidate !== null &&
    methods.every((method) => typeof candidate[method] === 'function');
  if (!fits) throw refuse(option, expected, value);
}
