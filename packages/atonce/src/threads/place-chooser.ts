import type { Decision } from '../engine/runner.ts';
import type { AdaptivePlan } from './adaptive-plan.ts';
import type { ChunkFacts } from './chunk-size.ts';
import { cloneCost } from './clone-cost.ts';
import { cores } from './cores.ts';
import { describeDecision, ms } from './describe-decision.ts';
import type { ItemsDone } from './describe-decision.ts';
import { InlineCost } from './inline-cost.ts';
import { SLICE_MS } from './inline-lane.ts';
import type { LaneRecord } from './lane-record.ts';
import { LOAD_MS, remoteGain, startMs, workersForWaiting, WORTHWHILE } from './placement.ts';
import { WORTH_STARTING } from './placement.ts';
import type { WorkFacts } from './placement.ts';
import type { TaskFacts } from './task-memory.ts';
import { Throughput } from './throughput.ts';
import type { ThroughputWindow } from './throughput.ts';
import { ENOUGH_MS, workClass } from './work-class.ts';

/** What to do next. `start`: start workers, and go on here until they are ready. */
export type NextPlace = 'stay' | 'start' | 'inline' | 'loop' | 'remote';

/** How far workers are with a run. */
export interface RemoteProgress {
  /** Mean running time of an item there. */
  readonly itemMs: number;
  readonly done: number;
  readonly remaining: number;
}

/** Copying real items and results to learn its price may take this share of the work so far. */
const CLONE_SHARE = 0.05;
/** First look at the gain of workers after this many items, later ones at its doublings. */
const FIRST_LOOK = 16;
/** Fewer items than this on the calling thread do not speak for the others. */
const ENOUGH_ITEMS = 64;
/** Workers that have gained less than this give the work back. */
const LEAST_GAIN = 1;
/** What workers gave in a window is believed for this many times its length: a machine is not busy for ever. */
const VERDICT_LASTS = 10;
/** And for the next runs of the same task at least this long, milliseconds. */
const LEAST_VERDICT_MS = 5_000;
/** Work goes to workers this often at most: who has come back so often is better off here. */
const MAX_TURNS = 3;

/** Decides where a run's items are executed, and remembers why. */
export class PlaceChooser {
  readonly #plan: AdaptivePlan;
  readonly #record: LaneRecord;
  readonly #known: TaskFacts | undefined;
  /** Workers to use. */
  workers: number;
  readonly #cost: InlineCost;
  #cloneMs: number | undefined;
  #class: 'computes' | 'blocks' | 'waits' | undefined;
  #starting: 'no' | 'yes' | 'done' = 'no';
  /** Workers are out of the question, or inline execution is. */
  #inlineOnly = false;
  #remoteOnly = false;
  readonly #throughput: Throughput;
  #verdict: TaskFacts['verdict'];
  #nextLook = FIRST_LOOK;
  /** Windows in a row in which workers were slower than the calling thread. */
  #lost = 0;
  #turns = 0;
  /** The largest gain that was ever predicted for workers. */
  #gain = 0;
  /** The gain of workers that were up, when the last thing said against them was that they were not. */
  #missedGain = 0;
  #seenWorkMs = 0;
  #seenWaitedMs = 0;
  #remoteMs: number | undefined;
  #reason: Decision['reason'];
  #why = `it was less than ${ENOUGH_MS} ms of work`;

  constructor(plan: AdaptivePlan, record: LaneRecord, known: TaskFacts | undefined) {
    this.#plan = plan;
    this.#record = record;
    this.#known = known;
    this.#cost = new InlineCost(record);
    this.workers = plan.workers;
    this.#reason = plan.begin === 'inline' ? 'too-small' : plan.asked ? 'asked' : 'worth-it';
    this.#remoteOnly = !plan.mayMove;
    this.#throughput = new Throughput(plan.pool);
    this.#cloneMs = known?.cloneMs;
    this.#verdict = known?.verdict;
    if (!plan.mayMove) record.samples = undefined;
  }

  /** Before the first item: where earlier runs of the task say that it belongs. */
  first(remaining: number | undefined, readyWorkers: number): NextPlace {
    const known = this.#known;
    if (known === undefined || !this.#plan.mayMove) return 'stay';
    if (this.#plan.loopConcurrency !== undefined) {
      this.#class = known.workClass;
      if (known.workClass === 'waits') {
        this.mostlyWaits();
        return 'loop';
      }
    }
    if (remaining === undefined) return 'stay';
    if (this.#class === 'blocks') this.#useWaitingWorkers(remaining * known.itemMs);
    const place = this.#weigh(known.itemMs, remaining, readyWorkers);
    return place === 'stay' && this.#plan.begin === 'remote' ? 'inline' : place;
  }

  /** After some items on the calling thread. `readyWorkers` of the pool are up. */
  afterSlice(remaining: number, readyWorkers: number): NextPlace {
    this.#cost.learn();
    const { itemMs } = this.#cost;
    if (this.#inlineOnly || itemMs === undefined) return 'stay';
    if (this.#plan.loopConcurrency !== undefined) {
      this.#class ??= workClass(this.#record);
      if (this.#class === undefined) return 'stay';
      if (this.#class === 'waits') {
        this.mostlyWaits();
        return 'loop';
      }
      if (this.#class === 'blocks') this.#useWaitingWorkers(remaining * itemMs);
    }
    // The first few items tell more of cold code than of the work.
    if (this.#starting === 'yes' || this.#record.workMs < ENOUGH_MS || this.#turns >= MAX_TURNS)
      return 'stay';
    return this.#weigh(itemMs, remaining, readyWorkers);
  }

  #useWaitingWorkers(inlineMs: number): void {
    const most = this.#plan.waitingWorkers ?? this.workers;
    this.workers = Math.max(this.workers, workersForWaiting(inlineMs, most, cores()));
  }

  #weigh(itemMs: number, remaining: number, readyWorkers: number): NextPlace {
    const workers = Math.min(this.workers, Math.max(1, remaining));
    const toStart = Math.max(0, workers - readyWorkers);
    const hoped: WorkFacts = {
      itemMs,
      cloneMs: 0,
      remaining,
      workers,
      cores: workers,
      toStart,
      startCreditMs: this.#known?.missedMs ?? 0,
      loadMs: this.#onWorkers && toStart === 0 ? 0 : LOAD_MS,
      coldItems: this.#plan.pool.coldItems,
      waiting: this.#class === 'blocks',
    };
    // With a core for each worker it must pay at least: asking for the real number reads several files.
    if (!this.#pays(hoped)) return this.#stayInline(hoped);
    const facts = { ...hoped, cores: cores() };
    if (!this.#pays(facts)) return this.#stayInline(facts);
    const error = this.#learnClone();
    if (error !== undefined)
      return this.#neverRemote(
        'unserialisable',
        `items or results cannot be copied to workers (${String(error.cause)})`,
      );
    const withClone = { ...facts, cloneMs: this.#cloneMs ?? 0 };
    if (!this.#pays(withClone)) return this.#stayInline(withClone);
    this.#reason = this.#plan.asked ? 'asked' : 'worth-it';
    if (toStart === 0 || this.#starting === 'done') return this.#goRemote();
    this.#starting = 'yes';
    // Overruled as soon as they are.
    this.#why = 'it was done before the workers were ready';
    return 'start';
  }

  /**
   * Copies what the lane has kept of inputs and results, once a run: what was measured in earlier runs may
   * have been on a busy machine, which makes it dearer but never cheaper.
   */
  #learnClone(): { readonly cause: unknown } | undefined {
    const { samples, workMs } = this.#record;
    if (samples === undefined || samples.length === 0) return undefined;
    this.#record.samples = undefined;
    const cost = cloneCost(samples, CLONE_SHARE * workMs);
    if ('error' in cost) return { cause: cost.error };
    // Samples hold inputs and results: an item is one of each. New memory makes the first copies dear.
    this.#cloneMs = Math.min(this.#cloneMs ?? Infinity, 2 * cost.ms);
    return undefined;
  }

  get #onWorkers(): boolean {
    return this.#remoteMs !== undefined || this.#known?.onWorkers === true;
  }

  /** Whether workers have shown not long ago that they gain nothing. */
  get #wasRefuted(): boolean {
    const verdict = this.#verdict;
    return verdict !== undefined && verdict.gain < LEAST_GAIN && performance.now() < verdict.until;
  }

  #pays(facts: WorkFacts): boolean {
    const gain = this.#wasRefuted ? (this.#verdict?.gain ?? 0) : remoteGain(facts);
    this.#gain = Math.max(this.#gain, gain);
    if (gain >= (facts.toStart > 0 ? WORTH_STARTING : WORTHWHILE)) return true;
    this.#missedGain = facts.toStart > 0 ? remoteGain({ ...facts, toStart: 0, loadMs: 0 }) : 0;
    // An item longer than a slice holds the caller's event loop: that is what the caller has the pool for.
    return (
      this.#plan.asked &&
      facts.itemMs > SLICE_MS &&
      facts.itemMs * facts.remaining > 1.5 * startMs(facts.toStart, facts.cores)
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
    this.#throughput.open(0);
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
  afterChunk(chunk: ChunkFacts, { itemMs, done, remaining }: RemoteProgress): NextPlace {
    this.#throughput.record(chunk);
    this.#remoteMs = itemMs;
    if (done < this.#nextLook) return 'stay';
    this.#nextLook = done * 2;
    const window = this.#throughput.next(done);
    if (this.#remoteOnly || itemMs >= SLICE_MS || this.#class === 'blocks') return 'stay';
    const hereMs = this.#record.done < ENOUGH_ITEMS ? undefined : this.#cost.itemMs;
    const facts = {
      itemMs: Math.min(itemMs, hereMs ?? itemMs),
      cloneMs: this.#cloneMs ?? 0,
      remaining: Math.max(1, remaining),
      workers: this.workers,
      cores: cores(),
      toStart: 0,
      startCreditMs: 0,
      loadMs: 0,
      coldItems: this.#plan.pool.coldItems,
      waiting: false,
    };
    const gain = remoteGain(facts);
    this.#gain = Math.max(this.#gain, gain);
    if (gain < WORTHWHILE) {
      this.#stayInline(facts);
      return 'inline';
    }
    return window === undefined ? 'stay' : this.#judge(window);
  }

  #judge(window: ThroughputWindow): NextPlace {
    const { items, workMs, wallMs, typicalMs } = window;
    // Workers that share cores or memory make each other slower: what an item costs here is the better measure.
    const hereMs = this.#record.typicalMs ?? this.#known?.typicalMs;
    const slower =
      hereMs === undefined || typicalMs === undefined ? 1 : Math.max(1, typicalMs / hereMs);
    const gain = workMs / slower / wallMs;
    this.#lost = gain < LEAST_GAIN ? this.#lost + 1 : 0;
    // New code and new memory make one window slow; work that is not for workers makes all of them so.
    if (this.#lost === 1) return 'stay';
    const lastsMs = Math.max(LEAST_VERDICT_MS, VERDICT_LASTS * wallMs);
    this.#verdict = { gain, until: performance.now() + lastsMs };
    if (gain >= LEAST_GAIN) return 'stay';
    this.#reason = 'too-small';
    this.#why = `workers gave an item every ${ms(wallMs / items)}, the calling thread needs ${ms(workMs / slower / items)}`;
    return 'inline';
  }

  /** What the next run of the task should know; undefined when nothing was learnt. */
  learnt(): TaskFacts | undefined {
    this.#cost.learn();
    const known = this.#known;
    const itemMs = this.#cost.itemMs ?? this.#remoteMs ?? known?.itemMs;
    const missedMs = this.#remoteMs === undefined ? (known?.missedMs ?? 0) + this.#missedMs : 0;
    if (itemMs === undefined) return undefined;
    return {
      itemMs,
      typicalMs: this.#record.typicalMs ?? known?.typicalMs,
      cloneMs: this.#cloneMs,
      workClass: this.#class ?? known?.workClass,
      onWorkers: this.#onWorkers,
      verdict: this.#verdict,
      missedMs,
    };
  }

  /** What workers would have saved this run had they been there; 0 unless that was the reason against them. */
  get #missedMs(): number {
    if (this.#missedGain <= WORTHWHILE) return 0;
    return this.#record.workMs * (1 - 1 / this.#missedGain);
  }

  decision(kind: 'threads' | 'processes', done: ItemsDone): Decision {
    return describeDecision(kind, done, {
      reason: this.#reason,
      why: this.#why,
      workers: this.workers,
      gain: this.#gain,
      cloneMs: this.#cloneMs,
      inlineMs: this.#record.itemMs,
      remoteMs: this.#remoteMs,
    });
  }
}
