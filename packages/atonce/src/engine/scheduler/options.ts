import { checkFunction, checkInteger, checkMs, checkNames, refuse } from '../../kernel/checks.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { Limit } from '../limits/limit.ts';
import { checkShape, type Settings, settle } from '../options.ts';
import { retryPolicy, type RetryOptions, type RetryPolicy } from '../retry.ts';
import type { SchedulerEvent } from './events.ts';

/** What earlier runs have shown of how long tasks take, milliseconds: by name, or a function of the name. */
export type Estimates = Readonly<Record<string, number>> | ((name: string) => number | undefined);

/** Options of `createScheduler`. */
export interface SchedulerOptions {
  /**
   * How many tasks are in flight at most, each counted with its `weight`: an integer from 1,
   * `Infinity`, or a shared `Limit`. `'auto'` is 64.
   *
   * @defaultValue 'auto'
   */
  readonly concurrency?: number | 'auto' | Limit | undefined;
  /**
   * Limits that tasks name as their `pool`, beside `concurrency`.
   *
   * @defaultValue none
   */
  readonly pools?: Readonly<Record<string, Limit>> | undefined;
  /**
   * Tokens that all tasks together may use in one run. What a task estimates is reserved when it
   * starts; a task that can no longer fit is skipped and reported.
   *
   * @defaultValue no limit
   */
  readonly tokenBudget?: number | undefined;
  /**
   * A task that became ready so many milliseconds earlier counts as one priority more urgent, so
   * that nothing waits for ever. `Infinity` turns it off.
   *
   * @defaultValue 30000
   */
  readonly ageingMs?: number | undefined;
  /**
   * What to do with a task that could not be over by its deadline even if it started at once.
   *
   * @defaultValue 'run'
   */
  readonly hopeless?: 'run' | 'skip' | undefined;
  /**
   * How long tasks take that say no `estimatedMs`: `report.durations` of an earlier run, or a
   * function.
   *
   * @defaultValue nothing is known
   */
  readonly estimates?: Estimates | undefined;
  /**
   * When a failed task is tried again, unless the task says otherwise.
   *
   * @defaultValue never
   */
  readonly retry?: RetryOptions | undefined;
  /**
   * Time limit of each attempt, milliseconds, unless the task says otherwise.
   *
   * @defaultValue no limit
   */
  readonly timeoutMs?: number | undefined;
  /**
   * How long running tasks may go on after the run was stopped, milliseconds, before they are given
   * up as cancelled.
   *
   * @defaultValue 0
   */
  readonly graceMs?: number | undefined;
  /** Told what happens. An error it throws stops the run. */
  readonly onProgress?: ((event: SchedulerEvent) => void) | undefined;
  /**
   * Source of time, for tests.
   *
   * @defaultValue the machine's clock
   */
  readonly clock?: Clock | undefined;
  /**
   * Source of chance for the jitter of retries, for tests.
   *
   * @defaultValue Math.random
   */
  readonly random?: Random | undefined;
}

/** Names of the options, for telling unknown ones. */
const OPTION_NAMES: readonly (keyof SchedulerOptions)[] = [
  'concurrency',
  'pools',
  'tokenBudget',
  'ageingMs',
  'hopeless',
  'estimates',
  'retry',
  'timeoutMs',
  'graceMs',
  'onProgress',
  'clock',
  'random',
];

/** The options once checked, with every default filled in. */
export interface SchedulerSettings {
  /** What the engine shares with `map`: width, limit, grace, clock. */
  readonly engine: Settings<number>;
  readonly poolNames: readonly string[];
  readonly pools: readonly Limit[];
  readonly tokenBudget: number;
  readonly ageingMs: number;
  readonly skipsHopeless: boolean;
  /** Undefined when nothing is known of a task; null when nothing is known of any. */
  readonly estimate: ((name: string) => number | undefined) | null;
  readonly timeoutMs: number | null;
  readonly retry: RetryPolicy | null;
  /** The policy of a task's own `retry`. */
  readonly policyOf: (options: RetryOptions) => RetryPolicy;
  readonly onProgress: ((event: SchedulerEvent) => void) | null;
}

/**
 * Checks all options in one place.
 *
 * @throws OptionError naming the first bad one.
 */
export function settleScheduler(options: SchedulerOptions): SchedulerSettings {
  checkNames('options', options, OPTION_NAMES);
  const { concurrency, clock, graceMs, timeoutMs, random = Math.random, retry } = options;
  const { pools = {}, tokenBudget = Infinity, ageingMs = 30_000, hopeless = 'run' } = options;
  const { estimates, onProgress } = options;
  const engine = settle<number, unknown>(
    noTask,
    { concurrency, clock, graceMs, timeoutMs, random, retry },
    [],
  );
  const poolNames = checkPools(pools);
  if (tokenBudget !== Infinity) checkInteger('tokenBudget', tokenBudget, { min: 0 });
  if (ageingMs !== Infinity) checkMs('ageingMs', ageingMs, 'more than 0');
  if (hopeless !== 'run' && hopeless !== 'skip')
    throw refuse('hopeless', "'run' or 'skip'", hopeless);
  if (onProgress !== undefined) checkFunction('onProgress', onProgress);
  return {
    // Time limits differ from task to task here, so the event loop is not to watch any.
    engine: { ...engine, timeoutMs: null },
    poolNames,
    pools: poolNames.map((name) => pools[name] as Limit),
    tokenBudget,
    ageingMs,
    skipsHopeless: hopeless === 'skip',
    estimate: estimateOf(estimates),
    timeoutMs: engine.timeoutMs,
    retry: engine.retry,
    policyOf: policies(random),
    onProgress: onProgress ?? null,
  };
}

function noTask(): void {}

function checkPools(pools: unknown): string[] {
  if (typeof pools !== 'object' || pools === null || Array.isArray(pools))
    throw refuse('pools', 'an object of limits by name', pools);
  for (const [name, limit] of Object.entries(pools))
    checkShape(
      `pools.${name}`,
      limit,
      ['tryAcquire', 'release', 'whenFree'],
      "a Limit, for instance fixedLimit(8) or createPools().limit('db')",
    );
  return Object.keys(pools);
}

function estimateOf(estimates: unknown): SchedulerSettings['estimate'] {
  if (estimates === undefined) return null;
  if (typeof estimates === 'function')
    return (name) => checkedEstimate(name, estimates(name) as unknown);
  if (typeof estimates !== 'object' || estimates === null || Array.isArray(estimates))
    throw refuse('estimates', 'an object of milliseconds by name, or a function', estimates);
  const known = estimates as Readonly<Record<string, unknown>>;
  return (name) => (Object.hasOwn(known, name) ? checkedEstimate(name, known[name]) : undefined);
}

function checkedEstimate(name: string, ms: unknown): number | undefined {
  if (ms !== undefined) checkMs(`estimates of ${JSON.stringify(name)}`, ms);
  return ms;
}

/** Many tasks often share one options object, and then one policy. */
function policies(random: Random): (options: RetryOptions) => RetryPolicy {
  const made = new WeakMap<RetryOptions, RetryPolicy>();
  return (options) => {
    const known = typeof options === 'object' && options !== null ? made.get(options) : undefined;
    if (known !== undefined) return known;
    const policy = retryPolicy(options, random);
    made.set(options, policy);
    return policy;
  };
}
