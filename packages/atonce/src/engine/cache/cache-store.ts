/** What a store keeps of a value. Every field survives JSON. */
export interface StoredEntry {
  /** The value as JSON. */
  readonly text: string;
  /** When its computation began, wall-clock milliseconds since 1970 (with a fraction). */
  readonly startedAt: number;
  /** How long the computation took, milliseconds. */
  readonly computeMs: number;
  /** When it ceases to be given, wall-clock milliseconds since 1970. */
  readonly expiresAt: number;
  /** From then on nobody has a use for it, wall-clock milliseconds since 1970; not before `expiresAt`. */
  readonly keepUntil: number;
  /** Names under which it can be invalidated together with others. */
  readonly tags: readonly string[];
}

/**
 * Where a cache keeps values beyond its own memory, perhaps shared with other processes. A store may
 * forget entries whenever it likes, but it never gives one that was invalidated: an entry that
 * began at or before the time of a `delete`, `invalidate` or `clear` that concerns it is not given
 * once that has resolved, not even when it is set only afterwards. So a computation that was
 * under way during an invalidation, in whichever process, leaves nothing behind. `cacheStoreContract` of
 * `atonce/testing` checks all of it.
 *
 * Every call should settle one day. A cache gives up waiting for one after `storeTimeoutMs`, but it sends
 * the next `set` or `delete` of the same key only when the one before has settled, because one that is
 * merely late would undo it: where one never settles, the store keeps what it has of that key until it
 * expires. The cache goes on with its memory.
 */
export interface CacheStore {
  /** The entry of a key; undefined when there is none. May give an expired one. */
  get(key: string): Promise<StoredEntry | undefined>;
  /** Keeps an entry in the place of the one before; whole or not at all. */
  set(key: string, entry: StoredEntry): Promise<void>;
  /** Invalidates what the key holds. */
  delete(key: string, at: number): Promise<void>;
  /** Invalidates the entries that carry one of the tags. */
  invalidate(tags: readonly string[], at: number): Promise<void>;
  /** Invalidates everything. */
  clear(at: number): Promise<void>;
}
