import type { CacheStats } from './cache-stats.ts';
import type { ComputeOptions, SetOptions } from './compute-options.ts';
import type { ComputeContext } from './flight.ts';

/** Computes the value of a key. Its plain return value or what its promise resolves to is the value. */
export type Compute<V> = (context: ComputeContext) => V | PromiseLike<V>;

/** What is to be forgotten. */
export interface Invalidation {
  /**
   * Keys to forget.
   *
   * @defaultValue none
   */
  readonly keys?: readonly string[] | undefined;
  /**
   * Tags whose values are to be forgotten.
   *
   * @defaultValue none
   */
  readonly tags?: readonly string[] | undefined;
}

/**
 * Values by key, computed once and kept for a while. Values are shared: who changes one changes it
 * for everybody. Keys are any strings.
 */
export interface Cache<V = unknown> {
  /**
   * Gives the value of a key; computes it when there is none. However many ask for a missing key,
   * one computation is made: all get its value, or its error, untouched. An error is not kept, unless
   * `negativeTtlMs` says so. The options of the call that starts the computation count.
   *
   * What was under way when a key was invalidated answers those who waited for it already, and is
   * not kept; who asks afterwards gets a new computation. A computation that asks for its own key
   * waits for itself for ever.
   *
   * @throws (as a rejection) what `compute` throws; `signal.reason` when aborted; OptionError for a bad
   * argument; AtonceError `E_UNSERIALISABLE` when there is a store and JSON would change the value.
   */
  getOrCompute<W extends V>(
    key: string,
    compute: Compute<W>,
    options?: ComputeOptions<W>,
  ): Promise<W>;
  /** The value of a key; undefined when there is none. Starts and awaits no computation. */
  get(key: string): Promise<V | undefined>;
  /** Whether a key has a value, which may be `undefined`. */
  has(key: string): Promise<boolean>;
  /**
   * Keeps a value, whatever is being computed for the key. It counts at once; the promise is for the store.
   *
   * @throws (as a rejection) AtonceError `E_UNSERIALISABLE` when there is a store and JSON would change the value.
   */
  set<W extends V>(key: string, value: W, options?: SetOptions<W>): Promise<void>;
  /** Forgets a key. It counts at once; the promise is for the store, and resolves also when that fails. */
  delete(key: string): Promise<void>;
  /** Forgets keys, and every value that carries one of the tags, as `delete` does. */
  invalidate(what: Invalidation): Promise<void>;
  /** Forgets everything, in the store too. */
  clear(): Promise<void>;
  stats(): CacheStats;
  /** Resolves when nothing is being computed or written to the store. */
  settled(): Promise<void>;
}
