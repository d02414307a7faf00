/** Each bucket is so many times as wide as the one before, so a quantile is off by at most 1 %. */
const GROWTH = 1.02;
/** Shorter durations are told as this. */
const SHORTEST_MS = 0.001;
/** Longer ones, about a month, as this. */
const LONGEST_MS = 2 ** 31;

const LOG_GROWTH = Math.log(GROWTH);
const BUCKETS = Math.ceil(Math.log(LONGEST_MS / SHORTEST_MS) / LOG_GROWTH) + 1;

/**
 * Mean and quantiles of any number of durations in fixed memory: a histogram whose buckets grow
 * geometrically (Masson, Rim and Lee, "DDSketch", VLDB 2019).
 */
export class DurationSketch {
  count = 0;
  totalMs = 0;
  private readonly buckets = new Float64Array(BUCKETS);

  record(ms: number): void {
    this.count++;
    this.totalMs += ms;
    const steps = Math.ceil(Math.log(Math.max(ms, SHORTEST_MS) / SHORTEST_MS) / LOG_GROWTH);
    const bucket = Math.min(steps, BUCKETS - 1);
    this.buckets[bucket] = (this.buckets[bucket] as number) + 1;
  }

  /** Milliseconds on average; 0 of nothing. */
  get meanMs(): number {
    return this.count === 0 ? 0 : this.totalMs / this.count;
  }

  /** The duration that a `share` (0 to 1) of all does not exceed, within 1 %; 0 of nothing. */
  quantileMs(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    for (const [bucket, count] of this.buckets.entries()) {
      seen += count;
      // The middle of the bucket, by ratio.
      if (seen >= rank) return SHORTEST_MS * GROWTH ** (bucket - 0.5);
    }
    return 0;
  }
}
