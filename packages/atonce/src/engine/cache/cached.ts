import { checkFunction, checkNames, refuse } from '../../kernel/checks.ts';
import { stableKey } from '../../kernel/stable-key.ts';
import type { Task, TaskContext } from '../task.ts';
import type { Cache } from './cache.ts';
import { type ComputeOptions, checkTtl, type TtlMs } from './compute-options.ts';
import { createCache } from './create-cache.ts';
import type { ComputeContext } from './flight.ts';

/** How a task's values are kept. */
export interface CachedOptions<T, R> {
  /**
   * Where values are kept; needs `key`, since other tasks may use the same cache.
   *
   * @defaultValue a cache of its own, as `createCache()` makes it
   */
  readonly cache?: Pick<Cache<R>, 'getOrCompute'> | undefined;
  /**
   * What identifies an item's value.
   *
   * @defaultValue the item's content, by `stableKey`
   */
  readonly key?: ((item: T) => string) | undefined;
  /**
   * How long a value is given, milliseconds; a function is asked with the value.
   *
   * @defaultValue that of the cache
   */
  readonly ttlMs?: TtlMs<R> | undefined;
  /**
   * Names under which an item's value can be invalidated together with others.
   *
   * @defaultValue none
   */
  readonly tags?: ((item: T) => readonly string[]) | undefined;
}

/** A task that remembers. It can be called by itself too. */
export type CachedTask<T, R> = (item: T, context?: TaskContext) => Promise<R>;

/**
 * Makes a task compute each value once: `map(items, cached(task))` calls it once for equal items, also
 * while the first call is under way, and again only when the value has expired. A failure reaches
 * all who wait for it and is not kept, so that `retry` tries again, once for all of them. An
 * item that waits for another's value holds its slot.
 *
 * The task's `signal` is aborted when nobody waits for the value any more; `index`, `attempt` and
 * `report` are those of the item that came first.
 *
 * @throws OptionError for a bad option. Errors of `key` and `tags` fail their item.
 */
export function cached<T, R>(
  task: Task<T, R>,
  options: CachedOptions<T, R> = {},
): CachedTask<T, R> {
  checkFunction('task', task);
  checkNames('cached', options, ['cache', 'key', 'ttlMs', 'tags']);
  const { cache = createCache<R>(), key = stableKey, ttlMs, tags } = options;
  if (typeof (cache as Partial<Cache<R>> | null)?.getOrCompute !== 'function')
    throw refuse('cache', 'a Cache, for instance createCache()', cache);
  checkFunction('key', key);
  if (options.cache !== undefined && options.key === undefined)
    throw refuse('cache', 'given together with `key`', cache);
  if (ttlMs !== undefined && typeof ttlMs !== 'function') checkTtl('ttlMs', ttlMs);
  if (tags !== undefined) checkFunction('tags', tags);
  return async (item, context) =>
    cache.getOrCompute(
      key(item),
      (shared) => task(item, new SharedContext(shared, context)),
      new Waiting(context, ttlMs, tags?.(item)),
    );
}

/** What the task is told: facts of the item that came first, and the signal of all who wait. */
class SharedContext implements TaskContext {
  readonly index: number;
  readonly attempt: number;
  readonly report: (data: unknown) => void;
  private readonly shared: ComputeContext;

  constructor(shared: ComputeContext, first: TaskContext | undefined) {
    this.index = first?.index ?? 0;
    this.attempt = first?.attempt ?? 1;
    this.report = first?.report ?? (() => undefined);
    this.shared = shared;
  }

  get signal(): AbortSignal {
    return this.shared.signal;
  }
}

const contextKey: unique symbol = Symbol('context');

/** Reads the attempt's signal only when the cache does, since making one costs more than a hit. */
class Waiting<R> implements ComputeOptions<R> {
  readonly ttlMs: TtlMs<R> | undefined;
  readonly tags: readonly string[] | undefined;
  /** Under a symbol, as the cache takes fields with names for options. */
  private readonly [contextKey]: TaskContext | undefined;

  constructor(
    context: TaskContext | undefined,
    ttlMs: TtlMs<R> | undefined,
    tags: readonly string[] | undefined,
  ) {
    this[contextKey] = context;
    this.ttlMs = ttlMs;
    this.tags = tags;
  }

  get signal(): AbortSignal | undefined {
    return this[contextKey]?.signal;
  }
}
