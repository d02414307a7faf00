import type { Decision } from '../engine/runner.ts';
import type { AdaptivePlan } from './adaptive-plan.ts';
import type { ChunkFacts } from './chunk-size.ts';
import { cores } from './cores.ts';
import { describeDecision } from './describe-decision.ts';
import type { ItemsDone } from './describe-decision.ts';
import { Grounds } from './grounds.ts';
import { SLICE_MS } from './inline-lane.ts';
import type { LaneRecord } from './lane-record.ts';
import {
  LEAST_GAIN,
  LOAD_MS,
  remoteGain,
  startMs,
  workersForWaiting,
  WORTH_STARTING,
  WORTHWHILE,
} from './placement.ts';
import type { WorkFacts } from './placement.ts';
import { RunFacts } from './run-facts.ts';
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

/** First look at the gain of workers after this many items, later ones at its doublings. */
const FIRST_LOOK = 16;
/** Work goes to workers this often at most: who has come back so often is better off here. */
const MAX_TURNS = 3;

/** Decides where a run's items are executed. */
export class PlaceChooser {
  /** Workers to use. */
  workers: number;
  readonly #plan: AdaptivePlan;
  readonly #record: LaneRecord;
  readonly #earlier: TaskFacts | undefined;
  readonly #facts: RunFacts;
  readonly #grounds: Grounds;
  readonly #throughput: Throughput;
  #starting: 'no' | 'yes' | 'done' = 'no';
  /** Workers are out of the question, or inline execution is. */
  #inlineOnly = false;
  #remoteOnly: boolean;
  #mayLoop: boolean;
  #nextLook = FIRST_LOOK;
  /** Windows in a row in which workers were slower than the calling thread. */
  #lost = 0;
  #turns = 0;

  constructor(plan: AdaptivePlan, record: LaneRecord, earlier: TaskFacts | undefined) {
    this.workers = plan.workers;
    this.#plan = plan;
    this.#record = record;
    this.#earlier = earlier;
    this.#facts = new RunFacts(record, earlier);
    this.#grounds = new Grounds(plan.begin === 'inline' ? 'too-small' : this.#forWorkers);
    this.#throughput = new Throughput(plan.pool);
    this.#remoteOnly = !plan.mayMove;
    this.#mayLoop = plan.loopConcurrency !== undefined;
    if (!plan.mayMove) record.samples = undefined;
  }

  get #forWorkers(): 'asked' | 'worth-it' {
    return this.#plan.asked ? 'asked' : 'worth-it';
  }

  /** Before the first item: where earlier runs of the task say that it belongs. */
  first(remaining: number | undefined, readyWorkers: number): NextPlace {
    const earlier = this.#earlier;
    if (earlier === undefined || !this.#plan.mayMove) return 'stay';
    if (this.#plan.loopConcurrency !== undefined) {
      this.#facts.workClass = earlier.workClass;
      if (earlier.workClass === 'waits') return this.mostlyWaits();
    }
    if (remaining === undefined) return 'stay';
    if (this.#facts.workClass === 'blocks') this.#useWaitingWorkers(remaining * earlier.itemMs);
    const place = this.#weigh(earlier.itemMs, remaining, readyWorkers);
    return place === 'stay' && this.#plan.begin === 'remote' ? 'inline' : place;
  }

  /** After some items on the calling thread. `readyWorkers` of the pool are up. */
  afterSlice(remaining: number, readyWorkers: number): NextPlace {
    const facts = this.#facts;
    facts.learn();
    const { itemMs } = facts;
    if (this.#inlineOnly || itemMs === undefined) return 'stay';
    if (this.#plan.loopConcurrency !== undefined) {
      facts.workClass ??= workClass(this.#record);
      if (facts.workClass === undefined) return 'stay';
      if (facts.workClass === 'waits') return this.mostlyWaits();
      if (facts.workClass === 'blocks') this.#useWaitingWorkers(remaining * itemMs);
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
      startCreditMs: this.#facts.missedMs,
      loadMs: this.#facts.onWorkers && toStart === 0 ? 0 : LOAD_MS,
      coldItems: this.#plan.pool.coldItems,
      waiting: this.#facts.workClass === 'blocks',
    };
    // With a core for each worker it must pay at least: asking for the real number reads several files.
    if (!this.#pays(hoped)) return this.#stayInline(hoped);
    const facts = { ...hoped, cores: cores() };
    if (!this.#pays(facts)) return this.#stayInline(facts);
    const refusal = this.#facts.learnClone();
    if (refusal !== undefined) {
      this.#inlineOnly = true;
      this.#grounds.cannotCopy(refusal.cause);
      return 'stay';
    }
    const withClone = { ...facts, cloneMs: this.#facts.cloneMs ?? 0 };
    if (!this.#pays(withClone)) return this.#stayInline(withClone);
    return this.#useWorkers(toStart);
  }

  #pays(facts: WorkFacts): boolean {
    const gain = this.#facts.refutedGain ?? remoteGain(facts);
    this.#grounds.predicted(gain);
    if (gain >= (facts.toStart > 0 ? WORTH_STARTING : WORTHWHILE)) return true;
    this.#facts.missedGain =
      facts.toStart > 0 ? remoteGain({ ...facts, toStart: 0, loadMs: 0 }) : 0;
    // An item longer than a slice holds the caller's event loop: that is what the caller has the pool for.
    return (
      this.#plan.asked &&
      facts.itemMs > SLICE_MS &&
      facts.itemMs * facts.remaining > 1.5 * startMs(facts.toStart, facts.cores)
    );
  }

  #stayInline(facts: WorkFacts): NextPlace {
    this.#grounds.notWorthIt(facts);
    return 'stay';
  }

  #useWorkers(toStart: number): NextPlace {
    const isReady = toStart === 0 || this.#starting === 'done';
    this.#grounds.forWorkers(this.#forWorkers, isReady);
    if (!isReady) {
      this.#starting = 'yes';
      return 'start';
    }
    this.#turns++;
    this.#throughput.open(0);
    return 'remote';
  }

  workersStarted(any: boolean): void {
    this.#starting = any ? 'done' : 'no';
    if (!any) this.noWorker();
  }

  /** No worker can be started, for this reason if it is known. */
  noWorker(error?: unknown): void {
    this.#inlineOnly = true;
    this.#grounds.noWorker(error);
  }

  /** The items wait for something else than this machine's processors. */
  mostlyWaits(): 'loop' {
    this.#facts.workClass = 'waits';
    this.#grounds.mostlyWaits();
    return 'loop';
  }

  /** A worker has died of this work: it must not come near the calling thread. */
  stayRemote(): void {
    this.#remoteOnly = true;
    this.#mayLoop = false;
  }

  /** After a chunk from a worker: whether the items that remain belong elsewhere. */
  afterChunk(chunk: ChunkFacts, progress: RemoteProgress): NextPlace {
    const isUnknown = this.#facts.workClass === undefined;
    if (this.#mayLoop && isUnknown && this.#facts.hasWaited(chunk)) return this.mostlyWaits();
    return this.#compare(chunk, progress);
  }

  /** Whether the calling thread would be faster for the items that `remain`. */
  #compare(chunk: ChunkFacts, { itemMs, done, remaining }: RemoteProgress): NextPlace {
    this.#throughput.record(chunk);
    this.#facts.remoteMs = itemMs;
    if (done < this.#nextLook) return 'stay';
    this.#nextLook = done * 2;
    const window = this.#throughput.next(done);
    if (this.#remoteOnly || itemMs >= SLICE_MS || this.#facts.workClass === 'blocks') return 'stay';
    const facts = {
      itemMs: Math.min(itemMs, this.#facts.sureItemMs ?? itemMs),
      cloneMs: this.#facts.cloneMs ?? 0,
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
    this.#grounds.predicted(gain);
    if (gain < WORTHWHILE) {
      this.#grounds.notWorthIt(facts);
      return 'inline';
    }
    return window === undefined ? 'stay' : this.#judge(window);
  }

  #judge(window: ThroughputWindow): NextPlace {
    const { workMs, wallMs, typicalMs } = window;
    // Workers that share cores or memory make each other slower: what an item costs here is the better measure.
    const here = this.#facts.typicalMs;
    const slower =
      here === undefined || typicalMs === undefined ? 1 : Math.max(1, typicalMs / here);
    const hereMs = workMs / slower;
    const gain = hereMs / wallMs;
    this.#lost = gain < LEAST_GAIN ? this.#lost + 1 : 0;
    // New code and new memory make one window slow; work that is not for workers makes all of them so.
    if (this.#lost === 1) return 'stay';
    this.#facts.judged(gain, wallMs);
    if (gain >= LEAST_GAIN) return 'stay';
    this.#grounds.refuted(window, hereMs);
    return 'inline';
  }

  /** What the next run of the task should know; undefined when nothing was learnt. */
  learnt(): TaskFacts | undefined {
    return this.#facts.forNextRun();
  }

  decision(kind: 'threads' | 'processes', done: ItemsDone): Decision {
    const { reason, why, gain } = this.#grounds;
    const { cloneMs, remoteMs } = this.#facts;
    const { workers } = this;
    const inlineMs = this.#record.itemMs;
    return describeDecision(kind, done, {
      reason,
      why,
      workers,
      gain,
      cloneMs,
      inlineMs,
      remoteMs,
    });
  }
}
