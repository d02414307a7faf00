import { checkShape } from '../options.ts';
import { checkFunction, checkInteger, checkMs, checkNames, refuse } from '../../kernel/checks.ts';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { CacheEvent } from './cache-event.ts';
import type { CacheStore } from './cache-store.ts';
import { checkTtl } from './compute-options.ts';

/** How a cache keeps values. */
export interface CacheOptions<V = unknown> {
  /**
   * How long a value is given after it was computed, milliseconds; `Infinity` for ever, 0 not at all.
   *
   * @defaultValue 3600000
   */
  readonly ttlMs?: number | undefined;
  /**
   * Values held in memory at most; beyond that the one whose last use is longest ago goes.
   *
   * @defaultValue 10000
   */
  readonly maxEntries?: number | undefined;
  /**
   * Sum of the sizes that `sizeOf` gives, at most. A single value that is larger is not held.
   *
   * @defaultValue no limit
   */
  readonly maxBytes?: number | undefined;
  /**
   * Size of a value in bytes, roughly; needed with `maxBytes`.
   *
   * @defaultValue sizes are not counted
   */
  readonly sizeOf?: ((value: V, key: string) => number) | undefined;
  /**
   * Largest share of its time that is taken from each value at random, so that values of the same
   * moment do not expire together; from 0 up to but not including 1. No value lives longer than its time.
   *
   * @defaultValue 0.1
   */
  readonly jitter?: number | undefined;
  /**
   * How long a failure is remembered, milliseconds: calls fail with it (or get the expired value, by
   * `staleWhileErrorMs`) and nothing is computed. Failures never go to the store.
   *
   * @defaultValue 0
   */
  readonly negativeTtlMs?: number | undefined;
  /**
   * How long after its expiry a value may stand in for a computation that fails, milliseconds.
   *
   * @defaultValue 0
   */
  readonly staleWhileErrorMs?: number | undefined;
  /**
   * How eagerly values are computed anew before they expire (the beta of XFetch): 0 never, 1 the best
   * for most loads. A call near the expiry gets the old value and starts the computation behind it.
   *
   * @defaultValue 1
   */
  readonly earlyRefresh?: number | undefined;
  /**
   * Where values are kept beyond memory. They cross it as JSON; a value that JSON would change is refused.
   *
   * @defaultValue none
   */
  readonly store?: CacheStore | undefined;
  /**
   * Longest wait for the store, milliseconds; after that the cache goes on without it.
   *
   * @defaultValue 250
   */
  readonly storeTimeoutMs?: number | undefined;
  /**
   * How long a store is left alone that did not answer, or failed five times in a row, milliseconds.
   *
   * @defaultValue 30000
   */
  readonly storeRestMs?: number | undefined;
  /** Told what happens. An error it throws goes where uncaught errors go. */
  readonly onEvent?: ((event: CacheEvent) => void) | undefined;
  /**
   * Source of time, for tests.
   *
   * @defaultValue the machine's clock
   */
  readonly clock?: Clock | undefined;
  /**
   * Source of chance for jitter and early refresh, for tests.
   *
   * @defaultValue Math.random
   */
  readonly random?: Random | undefined;
}

const NAMES: readonly (keyof CacheOptions)[] = [
  'ttlMs',
  'maxEntries',
  'maxBytes',
  'sizeOf',
  'jitter',
  'negativeTtlMs',
  'staleWhileErrorMs',
  'earlyRefresh',
  'store',
  'storeTimeoutMs',
  'storeRestMs',
  'onEvent',
  'clock',
  'random',
];

/** The options once checked, with every default filled in. */
export interface CacheSettings<V> {
  readonly ttlMs: number;
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly sizeOf: ((value: V, key: string) => number) | null;
  readonly jitter: number;
  readonly negativeTtlMs: number;
  readonly staleWhileErrorMs: number;
  readonly earlyRefresh: number;
  readonly store: CacheStore | null;
  readonly storeTimeoutMs: number;
  readonly storeRestMs: number;
  readonly onEvent: ((event: CacheEvent) => void) | null;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Checks all options in one place.
 *
 * @throws OptionError naming the first bad one.
 */
export function cacheSettings<V>(options: CacheOptions<V>): CacheSettings<V> {
  checkNames('createCache', options, NAMES);
  const {
    ttlMs = 3_600_000,
    jitter = 0.1,
    negativeTtlMs = 0,
    staleWhileErrorMs = 0,
    earlyRefresh = 1,
    storeTimeoutMs = 250,
    storeRestMs = 30_000,
    onEvent,
    clock = systemClock,
    random = Math.random,
  } = options;
  checkTtl('ttlMs', ttlMs);
  checkNumber('jitter', jitter, 'a number from 0 up to but not including 1', (n) => n < 1);
  checkMs('negativeTtlMs', negativeTtlMs);
  checkTtl('staleWhileErrorMs', staleWhileErrorMs);
  checkNumber('earlyRefresh', earlyRefresh, 'a finite number, not negative', Number.isFinite);
  checkMs('storeTimeoutMs', storeTimeoutMs, 'more than 0');
  checkMs('storeRestMs', storeRestMs);
  if (onEvent !== undefined) checkFunction('onEvent', onEvent);
  checkFunction('random', random);
  checkShape('clock', clock, ['now', 'epoch', 'after'], 'a Clock');
  return {
    ...room(options),
    ttlMs,
    jitter,
    negativeTtlMs,
    staleWhileErrorMs,
    earlyRefresh,
    store: storeOf(options),
    storeTimeoutMs,
    storeRestMs,
    onEvent: onEvent ?? null,
    clock,
    random,
  };
}

function room<V>(
  options: CacheOptions<V>,
): Pick<CacheSettings<V>, 'maxEntries' | 'maxBytes' | 'sizeOf'> {
  const { maxEntries = 10_000, maxBytes, sizeOf } = options;
  checkInteger('maxEntries', maxEntries, { min: 1, orInfinity: true });
  if (maxBytes !== undefined) checkInteger('maxBytes', maxBytes, { min: 1, orInfinity: true });
  if (sizeOf !== undefined) checkFunction('sizeOf', sizeOf);
  else if (maxBytes !== undefined)
    throw refuse('maxBytes', 'given together with `sizeOf`', maxBytes);
  return { maxEntries, maxBytes: maxBytes ?? Infinity, sizeOf: sizeOf ?? null };
}

function storeOf<V>({ store }: CacheOptions<V>): CacheStore | null {
  if (store === undefined) return null;
  const methods = ['get', 'set', 'delete', 'invalidate', 'clear'];
  checkShape('store', store, methods, 'a CacheStore, for instance fileCacheStore(folder)');
  return store;
}

function checkNumber(
  option: string,
  value: unknown,
  expected: string,
  fits: (value: number) => boolean,
): void {
  if (typeof value !== 'number' || !(value >= 0) || !fits(value))
    throw refuse(option, expected, value);
}
