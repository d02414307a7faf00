import type { ChunkFacts } from './chunk-size.ts';
import { cloneCost } from './clone-cost.ts';
import { InlineCost } from './inline-cost.ts';
import type { LaneRecord } from './lane-record.ts';
import { LEAST_GAIN, WORTHWHILE } from './placement.ts';
import type { TaskFacts } from './task-memory.ts';
import { ENOUGH_MS } from './work-class.ts';

/** Copying real items and results to learn its price may take this share of the work so far. */
const CLONE_SHARE = 0.05;
/** Fewer items than this on the calling thread do not speak for the others. */
const ENOUGH_ITEMS = 64;
/** What workers gave in a window is believed for this many times its length: a machine is not busy for ever. */
const VERDICT_LASTS = 10;
/** And for the next runs of the same task at least this long, milliseconds. */
const LEAST_VERDICT_MS = 5_000;

/** What is known of a run's task: what this run has shown so far, and where that is nothing, earlier ones. */
export class RunFacts {
  /** What the items do with their time; undefined until that matters and is known. */
  workClass: TaskFacts['workClass'];
  /** Mean running time of an item on workers; undefined while they have answered nothing. */
  remoteMs: number | undefined;
  /** The gain of workers that were up, when the last thing said against them was that they were not. */
  missedGain = 0;
  readonly #record: LaneRecord;
  readonly #earlier: TaskFacts | undefined;
  readonly #cost: InlineCost;
  #cloneMs: number | undefined;
  #verdict: TaskFacts['verdict'];
  #seenWorkMs = 0;
  #seenWaitedMs = 0;

  constructor(record: LaneRecord, earlier: TaskFacts | undefined) {
    this.#record = record;
    this.#earlier = earlier;
    this.#cost = new InlineCost(record);
    this.#cloneMs = earlier?.cloneMs;
    this.#verdict = earlier?.verdict;
  }

  /** Takes in what the calling thread has done since the last time. */
  learn(): void {
    this.#cost.learn();
  }

  /** Running time of an item on the calling thread; undefined before the first one. */
  get itemMs(): number | undefined {
    return this.#cost.itemMs;
  }

  /** The same where enough items were seen to speak for others. */
  get sureItemMs(): number | undefined {
    return this.#record.done < ENOUGH_ITEMS ? undefined : this.#cost.itemMs;
  }

  /** Median running time of an item on the calling thread. */
  get typicalMs(): number | undefined {
    return this.#record.typicalMs ?? this.#earlier?.typicalMs;
  }

  /** Copying an item's input and result, both ways; undefined when nobody has measured it. */
  get cloneMs(): number | undefined {
    return this.#cloneMs;
  }

  /** What earlier runs have lost for want of workers, milliseconds. */
  get missedMs(): number {
    return this.#earlier?.missedMs ?? 0;
  }

  /** Whether workers have run the task, in this run or an earlier one. */
  get onWorkers(): boolean {
    return this.remoteMs !== undefined || this.#earlier?.onWorkers === true;
  }

  /** What workers really gained, where they have shown not long ago that it is nothing; else undefined. */
  get refutedGain(): number | undefined {
    const verdict = this.#verdict;
    if (verdict === undefined || verdict.gain >= LEAST_GAIN) return undefined;
    return performance.now() < verdict.until ? verdict.gain : undefined;
  }

  /** Workers have really gained this much, in a window of this length. */
  judged(gain: number, windowMs: number): void {
    const lastsMs = Math.max(LEAST_VERDICT_MS, VERDICT_LASTS * windowMs);
    this.#verdict = { gain, until: performance.now() + lastsMs };
  }

  /**
   * Copies what the lane has kept of inputs and results, once a run: what was measured in earlier runs may
   * have been on a busy machine, which makes it dearer but never cheaper.
   *
   * @returns Why they cannot be copied; undefined when they can.
   */
  learnClone(): { readonly cause: unknown } | undefined {
    const { samples, workMs } = this.#record;
    if (samples === undefined || samples.length === 0) return undefined;
    this.#record.samples = undefined;
    const cost = cloneCost(samples, CLONE_SHARE * workMs);
    if ('error' in cost) return { cause: cost.error };
    // Samples hold inputs and results: an item is one of each. New memory makes the first copies dear.
    this.#cloneMs = Math.min(this.#cloneMs ?? Infinity, 2 * cost.ms);
    return undefined;
  }

  /** Takes in a chunk from a worker; tells whether chunks so far have mostly waited. */
  hasWaited({ workMs, waitedMs = 0 }: ChunkFacts): boolean {
    this.#seenWorkMs += workMs;
    this.#seenWaitedMs += waitedMs;
    return this.#seenWorkMs >= ENOUGH_MS && this.#seenWaitedMs >= this.#seenWorkMs / 2;
  }

  /** What the next run of the task should know; undefined when nothing was learnt. */
  forNextRun(): TaskFacts | undefined {
    this.learn();
    const earlier = this.#earlier;
    const itemMs = this.itemMs ?? this.remoteMs ?? earlier?.itemMs;
    if (itemMs === undefined) return undefined;
    return {
      itemMs,
      typicalMs: this.typicalMs,
      cloneMs: this.#cloneMs,
      workClass: this.workClass ?? earlier?.workClass,
      onWorkers: this.onWorkers,
      verdict: this.#verdict,
      missedMs: this.remoteMs === undefined ? this.missedMs + this.#missedNowMs : 0,
    };
  }

  /** What workers would have saved this run had they been there; 0 unless that was the reason against them. */
  get #missedNowMs(): number {
    if (this.missedGain <= WORTHWHILE) return 0;
    return this.#record.workMs * (1 - 1 / this.missedGain);
  }
}
