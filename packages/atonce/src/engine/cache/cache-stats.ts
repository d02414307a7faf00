/** Counts since the cache was made, and what it holds now. */
export interface CacheStats {
  /** Calls answered from memory with a value that was not expired. */
  readonly hits: number;
  /** Calls that were not. */
  readonly misses: number;
  /** Misses that joined a computation under way. */
  readonly joined: number;
  /** Misses answered by the store. */
  readonly storeHits: number;
  /** Computations that were started, early refreshes included. */
  readonly computations: number;
  /** Computations that failed. */
  readonly failures: number;
  /** Computations that were started before the old value expired. */
  readonly refreshes: number;
  /** How often an expired value stood in for a failure. */
  readonly stale: number;
  /** Calls answered with a remembered failure. */
  readonly negativeHits: number;
  /** Computations given up because everybody who waited had gone. */
  readonly abandoned: number;
  /** Values that made room for others. */
  readonly evictions: number;
  /** Operations of the store that failed or took too long. */
  readonly storeFailures: number;
  /** Values and remembered failures held now, expired ones that may still stand in included. */
  readonly entries: number;
  /** Their sizes by `sizeOf`; 0 without it. */
  readonly bytes: number;
  /** Computations under way now. */
  readonly inFlight: number;
}

/** The counts, while they are being made. */
export class CacheCounts {
  hits = 0;
  misses = 0;
  joined = 0;
  storeHits = 0;
  computations = 0;
  failures = 0;
  refreshes = 0;
  stale = 0;
  negativeHits = 0;
  abandoned = 0;
  evictions = 0;
  storeFailures = 0;

  /** The counts as they are now. */
  taken(): Counts {
    return Object.assign({}, this);
  }
}

type Counts = Omit<CacheStats, 'entries' | 'bytes' | 'inFlight'>;
