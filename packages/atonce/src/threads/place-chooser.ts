import type { Decision } from '../engine/runner.ts';
import type { AdaptivePlan } from './adaptive-plan.ts';
import type { ChunkFacts } from './chunk-size.ts';
import { cloneCost } from './clone-cost.ts';
import { cores } from './cores.ts';
import { SLICE_MS } from './inline-lane.ts';
import type { InlineLane } from './inline-lane.ts';
import { coldMs, remoteGain, startMs, workersForWaiting, WORTHWHILE } from './placement.ts';
import type { WorkFacts } from './placement.ts';
import { computingShare, ENOUGH_MS, workClass } from './work-class.ts';

/** What to do next. `start`: start workers, and go on here until they are ready. */
export type NextPlace = 'stay' | 'start' | 'inline' | 'loop' | 'remote';

/** What a slice still weighs after another one. */
const MEMORY = 0.8;
/** Copying real items and results to learn its price may take this share of the work so far. */
const CLONE_SHARE = 0.05;
/** First look at the gain of workers after this many items, later ones at its doublings. */
const FIRST_LOOK = 16;
/** A window shorter than this says nothing about throughput. */
const WINDOW_MS = 8;
/** The calling thread must have been this much faster than the workers before work comes back to it. */
const CLEARLY = 1.1;
/** Turns between places that are made at most. */
const MAX_TURNS = 4;

/** Decides where a run's items are executed, and remembers why. */
export class PlaceChooser {
  readonly #plan: AdaptivePlan;
  readonly #lane: InlineLane;
  /** Workers to use. */
  workers: number;
  #items = 0;
  #workMs = 0;
  #seenItems = 0;
  #seenMs = 0;
  #seenCpuMs = 0;
  #seenSliceMs = 0;
  #cloneMs: number | undefined;
  #class: 'computes' | 'blocks' | 'waits' | undefined;
  #starting: 'no' | 'yes' | 'done' = 'no';
  /** Workers are out of the question, or inline execution is. */
  #inlineOnly = false;
  #remoteOnly = false;
  #verifiedMs: number | undefined;
  #nextLook = FIRST_LOOK;
  #windowAt = performance.now();
  #windowItems = 0;
  #windowCold = 0;
  #turns = 0;
  /** The largest gain that was ever predicted for workers. */
  #gain = 0;
  #seenWorkMs = 0;
  #seenWaitedMs = 0;
  #remoteMs: number | undefined;
  #reason: Decision['reason'];
  #why = `it was less than ${ENOUGH_MS} ms of work`;

  constructor(plan: AdaptivePlan, lane: InlineLane) {
    this.#plan = plan;
    this.#lane = lane;
    this.workers = plan.workers;
    this.#reason = plan.begin === 'inline' ? 'too-small' : plan.asked ? 'asked' : 'worth-it';
    this.#remoteOnly = !plan.mayMove;
    this.#windowCold = plan.pool.coldItems;
    if (!plan.mayMove) lane.samples = undefined;
  }

  /** After some items on the calling thread. `readyWorkers` of the pool are up. */
  afterSlice(remaining: number, readyWorkers: number): NextPlace {
    this.#learnSlice();
    if (this.#inlineOnly || this.#items === 0) return 'stay';
    if (this.#plan.loopConcurrency !== undefined) {
      this.#class ??= workClass(this.#lane);
      if (this.#class === undefined) return 'stay';
      if (this.#class === 'waits') {
        this.mostlyWaits();
        return 'loop';
      }
      if (this.#class === 'blocks')
        this.workers = Math.max(this.workers, this.#waitingWorkers(remaining));
    }
    // The first few items tell more of cold code than of the work.
    if (this.#starting === 'yes' || this.#lane.workMs < ENOUGH_MS) return 'stay';
    return this.#weigh(remaining, readyWorkers);
  }

  #learnSlice(): void {
    const lane = this.#lane;
    const items = lane.done - this.#seenItems;
    const ms = lane.workMs - this.#seenMs;
    if (items === 0) return;
    const share = computingShare(lane.cpuMs - this.#seenCpuMs, lane.sliceMs - this.#seenSliceMs);
    [this.#seenItems, this.#seenMs] = [lane.done, lane.workMs];
    [this.#seenCpuMs, this.#seenSliceMs] = [lane.cpuMs, lane.sliceMs];
    this.#items = this.#items * MEMORY + items;
    this.#workMs = this.#workMs * MEMORY + ms * share;
  }

  #waitingWorkers(remaining: number): number {
    return workersForWaiting(
      remaining * (this.#workMs / this.#items),
      this.#plan.waitingWorkers ?? this.workers,
    );
  }

  #weigh(remaining: number, readyWorkers: number): NextPlace {
    const workers = Math.min(this.workers, Math.max(1, remaining));
    const hoped: WorkFacts = {
      itemMs: this.#workMs / this.#items,
      cloneMs: this.#cloneMs ?? 0,
      remaining,
      workers,
      cores: workers,
      toStart: Math.max(0, workers - readyWorkers),
      coldItems: this.#plan.pool.coldItems,
      waiting: this.#class === 'blocks',
    };
    // With a core for each worker it must pay at least: asking for the real number reads several files.
    if (!this.#pays(hoped)) return this.#stayInline(hoped);
    const facts = { ...hoped, cores: cores() };
    if (!this.#pays(facts)) return this.#stayInline(facts);
    if (this.#cloneMs === undefined) {
      const cost = cloneCost(this.#lane.samples ?? [], CLONE_SHARE * this.#lane.workMs);
      this.#lane.samples = undefined;
      if ('error' in cost)
        return this.#neverRemote(
          'unserialisable',
          `items or results cannot be copied to workers (${String(cost.error)})`,
        );
      // Samples hold inputs and results: an item is one of each.
      this.#cloneMs = 2 * cost.ms;
      const withClone = { ...facts, cloneMs: this.#cloneMs };
      if (!this.#pays(withClone)) return this.#stayInline(withClone);
    }
    this.#reason = this.#plan.asked ? 'asked' : 'worth-it';
    if (facts.toStart === 0 || this.#starting === 'done') return this.#goRemote();
    this.#starting = 'yes';
    // Overruled as soon as they are.
    this.#why = 'it was done before the workers were ready';
    return 'start';
  }

  #pays(facts: WorkFacts): boolean {
    const gain =
      this.#verifiedMs === undefined ? remoteGain(facts) : facts.itemMs / this.#verifiedMs;
    this.#gain = Math.max(this.#gain, gain);
    if (gain >= WORTHWHILE) return true;
    // An item longer than a slice holds the caller's event loop: that is what the caller has the pool for.
    return (
      this.#plan.asked &&
      facts.itemMs > SLICE_MS &&
      facts.itemMs * facts.remaining > 1.5 * startMs(facts.toStart)
    );
  }

  #stayInline(facts: WorkFacts): NextPlace {
    this.#reason = 'too-small';
    this.#why =
      facts.cloneMs > facts.itemMs / 4
        ? `copying costs ${ms(facts.cloneMs)} an item, the work ${ms(facts.itemMs)}`
        : `the rest, ${ms(facts.itemMs)} an item, is not worth ${facts.toStart > 0 ? 'starting workers' : 'sending to workers'}`;
    return 'stay';
  }

  #neverRemote(reason: Decision['reason'], why: string): NextPlace {
    this.#inlineOnly = true;
    this.#reason = reason;
    this.#why = why;
    return 'stay';
  }

  #goRemote(): NextPlace {
    this.#turns++;
    this.#openWindow(0);
    return 'remote';
  }

  workersStarted(any: boolean): void {
    this.#starting = any ? 'done' : 'no';
    if (!any) this.#neverRemote('no-worker', 'no worker could be started');
  }

  noWorker(error: unknown): void {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    this.#neverRemote(
      'no-worker',
      `no worker could be started (${cause instanceof Error ? cause.message : String(cause)})`,
    );
  }

  /** The items wait for something else than this machine's processors. */
  mostlyWaits(): void {
    this.#class = 'waits';
    this.#reason = 'io-bound';
    this.#why = 'the items mostly wait';
  }

  /** Whether what workers did so far was mostly waiting, and the event loop is there to do that. */
  waitsInWorkers({ workMs, waitedMs = 0 }: ChunkFacts): boolean {
    if (this.#plan.loopConcurrency === undefined || this.#class !== undefined) return false;
    this.#seenWorkMs += workMs;
    this.#seenWaitedMs += waitedMs;
    if (this.#seenWorkMs < ENOUGH_MS || this.#seenWaitedMs < this.#seenWorkMs / 2) return false;
    this.mostlyWaits();
    return true;
  }

  /** A worker has died of this work: it must not come near the calling thread. */
  stayRemote(): void {
    this.#remoteOnly = true;
  }

  /** After a chunk from a worker: whether the calling thread would be faster for the items that `remain`. */
  afterChunk(itemMs: number, done: number, remaining: number): NextPlace {
    if (done < this.#nextLook) return 'stay';
    this.#nextLook = done * 2;
    const window = this.#closeWindow(done);
    this.#remoteMs = itemMs;
    if (
      this.#remoteOnly ||
      itemMs >= SLICE_MS ||
      this.#turns >= MAX_TURNS ||
      this.#class === 'blocks'
    )
      return 'stay';
    const facts = {
      itemMs,
      cloneMs: this.#cloneMs ?? 0,
      remaining: Math.max(1, remaining),
      workers: this.workers,
      cores: cores(),
      toStart: 0,
      coldItems: this.#plan.pool.coldItems,
      waiting: false,
    };
    const gain = remoteGain(facts);
    this.#gain = Math.max(this.#gain, gain);
    if (gain < WORTHWHILE) {
      this.#turns++;
      this.#stayInline(facts);
      return 'inline';
    }
    // What an item costs here is the better measure: workers that share cores make each other slower.
    const hereMs = Math.min(itemMs, this.#lane.itemMs ?? itemMs);
    if (window === undefined || window.itemMs < hereMs * CLEARLY) return 'stay';
    this.#turns++;
    this.#verifiedMs = window.itemMs;
    this.#reason = 'too-small';
    this.#why = `workers gave an item every ${ms(window.itemMs)}, the calling thread needs ${ms(hereMs)}`;
    return 'inline';
  }

  /** How often an item was done since the last look, as it would be without new code; undefined when that says nothing. */
  #closeWindow(done: number): { readonly itemMs: number } | undefined {
    // The first window holds the workers' first calls, which tell nothing of the later ones.
    const isFirst = this.#windowItems === 0;
    const wallMs = performance.now() - this.#windowAt;
    const newMs = coldMs(this.#windowCold - this.#plan.pool.coldItems);
    const items = done - this.#windowItems;
    this.#openWindow(done);
    return isFirst || wallMs - newMs < WINDOW_MS ? undefined : { itemMs: (wallMs - newMs) / items };
  }

  #openWindow(done: number): void {
    this.#windowAt = performance.now();
    this.#windowItems = done;
    this.#windowCold = this.#plan.pool.coldItems;
  }

  decision(
    kind: 'threads' | 'processes',
    done: { readonly inline: number; readonly loop: number; readonly remote: number },
  ): Decision {
    // Where a decision for workers stood to the end, they are what the run used.
    const stood = this.#reason === 'asked' || this.#reason === 'worth-it';
    const onWorkers = done.remote > 0 && (stood || done.remote > done.inline + done.loop);
    const ran = onWorkers ? kind : done.loop > 0 ? 'loop' : 'inline';
    const itemMs = ran === 'inline' ? this.#lane.itemMs : (this.#remoteMs ?? this.#lane.itemMs);
    const remote = ran === 'threads' || ran === 'processes';
    const where = remote
      ? `on ${this.workers} ${ran}`
      : ran === 'loop'
        ? 'on the event loop, many at once'
        : 'inline';
    return {
      ran,
      reason: this.#reason,
      text: `ran ${where}${this.#textOfReason(remote)}`,
      measured: {
        inlineItems: done.inline,
        loopItems: done.loop,
        remoteItems: done.remote,
        ...(itemMs === undefined ? {} : { itemMs }),
        ...(this.#cloneMs === undefined ? {} : { cloneMs: this.#cloneMs }),
        ...(this.#gain === 0 ? {} : { predictedGain: this.#gain }),
        ...(remote ? { workers: this.workers } : {}),
      },
    };
  }

  #textOfReason(remote: boolean): string {
    if (this.#reason === 'asked' && remote) return ', as asked';
    if (this.#reason === 'worth-it' && remote) {
      return this.#gain === 0
        ? ': only a worker can be ended when its time is over'
        : `: predicted ${this.#gain.toFixed(2)} times faster than on the calling thread`;
    }
    return `: ${this.#why}`;
  }
}

function ms(value: number): string {
  return value >= 0.1 ? `${value.toFixed(2)} ms` : `${(value * 1000).toFixed(2)} us`;
}
