/** What a cache tells its listener. Hits and misses are counted in `stats()` only. */
export type CacheEvent =
  /** A value was computed; `refresh` when that was done before the old one expired. */
  | {
      readonly type: 'computed';
      readonly key: string;
      readonly durationMs: number;
      readonly refresh: boolean;
    }
  /** A computation failed. */
  | {
      readonly type: 'failed';
      readonly key: string;
      readonly error: unknown;
      readonly durationMs: number;
      readonly refresh: boolean;
    }
  /** An expired value was given in place of `error`. */
  | {
      readonly type: 'stale';
      readonly key: string;
      readonly error: unknown;
      readonly expiredForMs: number;
    }
  /** Everybody who waited for a computation has gone; its signal was aborted. */
  | { readonly type: 'abandoned'; readonly key: string }
  /** A value made room for others, or was larger than all room there is. */
  | { readonly type: 'evicted'; readonly key: string; readonly reason: 'entries' | 'bytes' }
  /** The store failed or did not answer in time (`error.code` is `E_TIMEOUT`); the cache goes on without the answer. */
  | {
      readonly type: 'store-failed';
      readonly operation: StoreOperation;
      readonly key: string | undefined;
      readonly error: unknown;
    }
  /** After repeated failures or a hang the store is left alone for a while. */
  | { readonly type: 'store-bypassed'; readonly forMs: number }
  /** The store answers again. */
  | { readonly type: 'store-restored' };

/** What was asked of a store. */
export type StoreOperation = 'get' | 'set' | 'delete' | 'invalidate' | 'clear';

/** Tells a listener so that what it throws reaches no caller of the cache, who could do nothing about it. */
export function tellSafely(
  listener: ((event: CacheEvent) => void) | null,
  event: CacheEvent,
): void {
  try {
    listener?.(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
