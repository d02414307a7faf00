/** Work that a chunk aims at when its transport is cheap. */
const TARGET_MS = 5;
/** Never more than this, so that a stop and a stalled neighbour wait no longer. */
const MAX_CHUNK_MS = 50;
/** The share of the transport that a chunk may have in its time. */
const OVERHEAD_SHARE = 0.05;
/** Chunks shorter than this need a second one in flight to hide the round trip. */
const SHORT_CHUNK_MS = 10;
/** How long sending one chunk may hold the sender's thread. */
const MAX_POST_MS = 4;
/** Never more items than this in one message. */
const MAX_ITEMS = 8192;
/** A chunk has at most this many times the items of the one before: one look is not the truth yet. */
const GROWTH = 4;
/** What a measured chunk still weighs after another one. */
const MEMORY = 0.8;

/** What one finished chunk has shown. */
export interface ChunkFacts {
  readonly items: number;
  /** Sum of the items' running times. */
  readonly workMs: number;
  /** Median running time of an item, roughly. */
  readonly typicalMs?: number | undefined;
  /** Part of the work in which the worker only waited. */
  readonly waitedMs?: number;
  /** Time the sending took on the sender's thread. */
  readonly postMs: number;
  /** Time between sending and answer beyond the work, if the worker was idle before; else undefined. */
  readonly overheadMs: number | undefined;
}

/**
 * The law of chunk sizes: learns what an item and what a message costs, and says how many items the
 * next message should carry. Pure; knows nothing of workers.
 *
 * The mean is over items, not over chunks: one item that costs 100 times the others weighs no more
 * for having travelled alone.
 */
export class ChunkSize {
  #items = 0;
  #workMs = 0;
  #postMs = 0;
  #overheadMs = Infinity;
  #largest = 0;

  /** Learns from a finished chunk. */
  record({ items, workMs, postMs, overheadMs }: ChunkFacts): void {
    if (items <= 0) return;
    this.#items = this.#items * MEMORY + items;
    this.#workMs = this.#workMs * MEMORY + workMs;
    this.#postMs = this.#postMs * MEMORY + postMs;
    this.#largest = Math.max(items, Math.min(this.#largest, items * GROWTH));
    // The least seen is the message itself; the rest is payload, which larger chunks do not save.
    if (overheadMs !== undefined)
      this.#overheadMs = Math.min(this.#overheadMs * 1.02, Math.max(0, overheadMs));
  }

  /** Mean running time of an item; undefined before the first chunk. */
  get itemMs(): number | undefined {
    return this.#items === 0 ? undefined : this.#workMs / this.#items;
  }

  /** Mean time to send an item; undefined before the first chunk. */
  get postMs(): number | undefined {
    return this.#items === 0 ? undefined : this.#postMs / this.#items;
  }

  /**
   * Items for the next chunk, at least 1.
   *
   * @param remaining - Items not yet sent; undefined when unknown, which means no tail to balance yet.
   * @param workers - Workers that share them.
   */
  next(remaining: number | undefined, workers: number): number {
    if (this.#items === 0) return 1;
    const byTail = remaining === undefined ? MAX_ITEMS : Math.ceil(remaining / (4 * workers));
    const size = Math.min(
      this.#byWork(),
      this.#byPost(),
      byTail,
      this.#largest * GROWTH,
      MAX_ITEMS,
    );
    return Math.max(1, Math.floor(size));
  }

  /** How many chunks of `size` a worker should have in flight. */
  depth(size: number): 1 | 2 {
    return size * (this.itemMs ?? 0) < SHORT_CHUNK_MS ? 2 : 1;
  }

  #byWork(): number {
    const forOverhead = Number.isFinite(this.#overheadMs) ? this.#overheadMs / OVERHEAD_SHARE : 0;
    const target = Math.min(MAX_CHUNK_MS, Math.max(TARGET_MS, forOverhead));
    return target / Math.max(this.itemMs ?? 0, 1e-6);
  }

  #byPost(): number {
    return MAX_POST_MS / Math.max(this.postMs ?? 0, 1e-6);
  }
}
