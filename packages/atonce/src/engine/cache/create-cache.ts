import type { Cache } from './cache.ts';
import { type CacheOptions, cacheSettings } from './cache-options.ts';
import { TieredCache } from './tiered-cache.ts';

/**
 * Makes a cache in memory, with a store behind it if one is given. It sets no timers of its own and
 * needs no closing.
 *
 * @throws OptionError for a bad option.
 */
export function createCache<V = unknown>(options: CacheOptions<V> = {}): Cache<V> {
  return new TieredCache<V>(cacheSettings(options));
}
