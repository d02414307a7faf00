/** Where a run stands. */
export interface ProgressCounts {
  /** Items in all, when the source's length is known. */
  readonly total: number | undefined;
  /** Items taken from the source so far. */
  readonly taken: number;
  readonly running: number;
  /** Items between two attempts. */
  readonly waiting: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Items whose value came from the journal; counted in `succeeded` too. */
  readonly resumed: number;
  readonly elapsedMs: number;
  /** Settled items per second since the start, resumed ones apart; 0 before the first. */
  readonly ratePerSecond: number;
  /** Milliseconds left at the present rate; undefined without a known total or before the first settlement. */
  readonly remainingMs: number | undefined;
}

interface ItemFacts {
  readonly index: number;
  readonly item: unknown;
  readonly attempt: number;
  readonly counts: ProgressCounts;
}

/** What a progress listener is told. */
export type ProgressEvent =
  | (ItemFacts & { readonly type: 'started' })
  | (ItemFacts & {
      readonly type: 'settled';
      readonly ok: boolean;
      readonly error?: unknown;
      readonly durationMs: number;
      readonly resumed: boolean;
    })
  | (ItemFacts & { readonly type: 'retrying'; readonly error: unknown; readonly delayMs: number })
  | (ItemFacts & { readonly type: 'report'; readonly data: unknown })
  | {
      readonly type: 'waiting';
      readonly for: 'rate-limit' | 'limit';
      readonly ms: number | undefined;
      readonly counts: ProgressCounts;
    }
  | { readonly type: 'finished'; readonly counts: ProgressCounts };
