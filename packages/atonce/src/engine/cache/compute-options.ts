import { checkNames, checkSignal, refuse } from '../../kernel/checks.ts';

/** How long a value is kept: milliseconds, `Infinity` for ever, or a function of the value. */
export type TtlMs<V> = number | ((value: V) => number);

/** How one value is kept. */
export interface SetOptions<V> {
  /**
   * How long the value is given, milliseconds; 0 keeps it not at all, `Infinity` for ever. A function
   * is asked with the value, for instance to keep "not found" for a shorter time.
   *
   * @defaultValue that of the cache
   */
  readonly ttlMs?: TtlMs<V> | undefined;
  /**
   * Names under which the value can be invalidated together with others.
   *
   * @defaultValue none
   */
  readonly tags?: readonly string[] | undefined;
}

/** How a value is got. */
export interface ComputeOptions<V> extends SetOptions<V> {
  /**
   * Ends the waiting of this call alone: it rejects with `signal.reason`. Who else waits for the
   * value goes on waiting; the computation is aborted when nobody does. A value at hand is given
   * without looking at the signal.
   */
  readonly signal?: AbortSignal | undefined;
}

const NO_TAGS: readonly string[] = [];

/** Checks the options of `getOrCompute` and gives the tags. */
export function checkCompute<V>(options: ComputeOptions<V>): readonly string[] {
  checkNames('getOrCompute', options, ['ttlMs', 'tags', 'signal']);
  if (options.signal !== undefined) checkSignal('signal', options.signal);
  return checkKeeping(options);
}

/** Checks the options of `set` and gives the tags. */
export function checkSet<V>(options: SetOptions<V>): readonly string[] {
  checkNames('set', options, ['ttlMs', 'tags']);
  return checkKeeping(options);
}

/** Passes a key. */
export function checkKey(key: unknown): asserts key is string {
  if (typeof key !== 'string') throw refuse('key', 'a string', key);
}

/** Passes a list of texts. */
export function checkNamesList(option: string, list: unknown): readonly string[] {
  if (!Array.isArray(list) || !list.every((name) => typeof name === 'string'))
    throw refuse(option, 'a list of strings', list);
  return list as readonly string[];
}

/** Passes a time to live. */
export function checkTtl(option: string, ttlMs: unknown): asserts ttlMs is number {
  if (typeof ttlMs === 'number' && ttlMs >= 0) return;
  throw refuse(option, 'a number of milliseconds, not negative, or `Infinity`', ttlMs);
}

function checkKeeping<V>({ ttlMs, tags }: SetOptions<V>): readonly string[] {
  if (ttlMs !== undefined && typeof ttlMs !== 'function') checkTtl('ttlMs', ttlMs);
  // A copy, so that what the caller does to the list later changes nothing.
  return tags === undefined ? NO_TAGS : [...new Set(checkNamesList('tags', tags))];
}
