import { roomFor } from './columns.ts';
import type { Ranks } from './ranks.ts';
import { ReadyOrder } from './ready-order.ts';
import { ReadyQueue } from './ready-queue.ts';
import type { Room } from './room.ts';
import type { SchedulerSettings } from './options.ts';
import type { SkipReason } from './skipped-error.ts';
import type { TaskGraph } from './task-graph.ts';
import { TokenBudget } from './token-budget.ts';

/** Where a task stands. From `SUCCEEDED` on it is over. */
const WAITING = 0;
const READY = 1;
export const RUNNING = 2;
/** Waits for its next try. */
const BETWEEN = 3;
export const SUCCEEDED = 4;
export const FAILED = 5;

/** Who is told of tasks that end without having been started. */
export interface DispatcherOwner {
  /** `root` is the task at the root of it for `dependency`, else the task itself. */
  skipped(task: number, reason: SkipReason, root: number): void;
  /** Ends a task whose own signal is aborted, whether or not that was told yet; false when it is not. */
  cancelled(task: number): boolean;
}

/** What a dispatcher decides with. */
export interface DispatcherParts {
  readonly graph: TaskGraph;
  readonly ranks: Ranks;
  readonly settings: SchedulerSettings;
  readonly room: Room;
  readonly owner: DispatcherOwner;
}

/**
 * Decides which task starts next. It keeps the state of every task, the free slots and the tokens,
 * and knows of time only what it is told, so that a run and a prediction of it share every rule.
 */
export class Dispatcher {
  states: Uint8Array = new Uint8Array(0);
  /** For what failed or was skipped, the task whose failure began it. */
  roots: Int32Array = new Int32Array(0);
  /** When a task should be over; Infinity without a deadline. */
  deadlines: Float64Array = new Float64Array(0);
  readonly order: ReadyOrder;
  readonly tokens: TokenBudget;
  /** Tasks that are not over. */
  unsettled = 0;
  /** Tasks in queues. */
  private ready = 0;
  private free: number;
  /** The shared limit has no slot. */
  private full = false;
  /** For each pool two: at the even place what needs no tokens, at the odd one what does. */
  private readonly queues: readonly ReadyQueue[];
  private tokensBlocked = false;
  /** For each task, how many of its dependencies are not over. */
  private missing: Int32Array = new Int32Array(0);
  /** 1 for what is over, once those that need it know. */
  private told: Uint8Array = new Uint8Array(0);
  private admitted = 0;
  private readonly ended: number[] = [];
  private readonly parts: DispatcherParts;

  constructor(parts: DispatcherParts) {
    const { graph, settings } = parts;
    this.parts = parts;
    this.free = settings.engine.width;
    this.order = new ReadyOrder(graph, settings.ageingMs);
    this.tokens = new TokenBudget(settings.tokenBudget);
    const places = 2 * (settings.pools.length + 1);
    this.queues = Array.from({ length: places }, (_, place) => new ReadyQueue(place, this.order));
  }

  /** Takes in the tasks that were linked since the last time, at that time of the clock. */
  admit(now: number): void {
    const { graph } = this.parts;
    const { admitted: first } = this;
    const { size } = graph;
    this.admitted = size;
    this.unsettled += size - first;
    this.states = roomFor(this.states, size);
    this.roots = roomFor(this.roots, size);
    this.missing = roomFor(this.missing, size);
    this.told = roomFor(this.told, size);
    this.deadlines = roomFor(this.deadlines, size);
    this.order.extend(first, size, now);
    for (let task = first; task < size; task++)
      this.deadlines[task] = now + (graph.deadlinesMs[task] as number);
    // In this order what a task needs has been looked at before it.
    for (let at = first; at < size; at++) this.lookAt(graph.order[at] as number, now);
    this.spread(now);
  }

  /** Whether there is a free slot and any task that could use it. */
  get hasReady(): boolean {
    return this.free >= 1 && this.ready > 0;
  }

  /** Takes the task to start next with everything it needs, or gives -1 when nothing can start now. */
  next(now: number): number {
    while (this.free >= 1) {
      const task = this.candidate();
      // What goes first keeps its place until there is room for its weight.
      if (task === -1 || this.weightOf(task) > this.free) return -1;
      if (this.parts.graph.signalled.length > 0 && this.parts.owner.cancelled(task)) continue;
      if (this.isHopeless(task, now)) this.skip(task, 'deadline', now);
      else if (this.hasTokens(task, now) && this.hasRoom(task)) {
        this.start(task);
        return task;
      }
    }
    return -1;
  }

  /** A try is over and its slots of `concurrency` are free; `settle` or `pause` says what follows. */
  giveBack(task: number): void {
    this.free += this.weightOf(task);
  }

  /** The task waits for its next try. */
  pause(task: number): void {
    this.states[task] = BETWEEN;
  }

  /** The task's next try is due. */
  resume(task: number, now: number): void {
    this.makeReady(task, now);
  }

  /** The task is over; `spread` lets others know. */
  settle(task: number, ok: boolean): void {
    if (this.states[task] === READY) this.drop(task);
    this.end(task, ok);
    if (!ok) this.roots[task] = task;
    this.ended.push(task);
  }

  /** What needed the tasks that have ended becomes ready, or is skipped with all that needs it. */
  spread(now: number): void {
    // A stack of its own, since chains may be longer than that of calls.
    for (let ended = this.ended.pop(); ended !== undefined; ended = this.ended.pop())
      this.tellNeeders(ended, now);
  }

  /** The pool, or for 0 the shared limit, may have a slot again. */
  unblock(pool: number): void {
    if (pool === 0) this.full = false;
    else this.setBlocked(pool, false);
  }

  private weightOf(task: number): number {
    const { graph } = this.parts;
    return graph.hasWeights ? (graph.weights[task] as number) : 1;
  }

  /** The best task of all queues that are not blocked, or -1. */
  private candidate(): number {
    if (this.full) return -1;
    let best = -1;
    for (let place = 0; place < this.queues.length; place++) {
      const queue = this.queues[place] as ReadyQueue;
      if (queue.size === 0 || queue.blocked || (this.tokensBlocked && place % 2 === 1)) continue;
      const task = queue.peek();
      if (best === -1 || this.order.goesBefore(task, best)) best = task;
    }
    return best;
  }

  private isHopeless(task: number, now: number): boolean {
    const deadline = this.deadlines[task] as number;
    if (deadline === Infinity || !this.parts.settings.skipsHopeless) return false;
    return now + (this.parts.ranks.estimates[task] as number) > deadline;
  }

  private hasTokens(task: number, now: number): boolean {
    if (!this.parts.graph.hasTokens) return true;
    const estimate = this.parts.graph.tokens[task] as number;
    if (estimate === 0 || this.tokens.holds(task)) return true;
    const fit = this.tokens.fit(estimate);
    if (fit === 'never') this.skip(task, 'tokens', now);
    // Others that need tokens wait behind it, or small ones would eat up what it waits for.
    if (fit === 'later') this.tokensBlocked = true;
    return fit === 'now';
  }

  private hasRoom(task: number): boolean {
    const pool = this.parts.graph.pools[task] as number;
    const answer = this.parts.room.take(pool);
    if (answer === 'full') this.full = true;
    if (answer === 'pool-full') this.setBlocked(pool, true);
    return answer === 'taken';
  }

  private setBlocked(pool: number, blocked: boolean): void {
    for (const place of [2 * pool, 2 * pool + 1])
      (this.queues[place] as ReadyQueue).blocked = blocked;
  }

  private start(task: number): void {
    this.drop(task);
    this.states[task] = RUNNING;
    this.free -= this.weightOf(task);
    if (!this.parts.graph.hasTokens) return;
    const estimate = this.parts.graph.tokens[task] as number;
    if (estimate > 0 && !this.tokens.holds(task)) this.tokens.reserve(task, estimate);
  }

  private skip(task: number, reason: SkipReason, now: number): void {
    this.settle(task, false);
    this.parts.owner.skipped(task, reason, task);
    this.spread(now);
  }

  private drop(task: number): void {
    const place = this.order.places[task] as number;
    if (place === -1) return;
    // It may be the one that others wait behind.
    if (place % 2 === 1) this.tokensBlocked = false;
    (this.queues[place] as ReadyQueue).remove(task);
    this.ready--;
  }

  private end(task: number, ok: boolean): void {
    this.states[task] = ok ? SUCCEEDED : FAILED;
    this.unsettled--;
    if (this.tokens.holds(task)) {
      this.tokens.settle(task);
      this.tokensBlocked = false;
    }
  }

  private tellNeeders(ended: number, now: number): void {
    const { firstNeeder, nextNeeder, needers, runsAnyway } = this.parts.graph;
    const failed = this.states[ended] === FAILED;
    this.told[ended] = 1;
    let at = firstNeeder[ended] as number;
    for (; at !== -1; at = nextNeeder[at] as number) {
      const task = needers[at] as number;
      if (this.states[task] !== WAITING) continue;
      if (failed && runsAnyway[task] === 0) this.skipAfter(task, ended);
      else if (--this.missing[task]! === 0) this.makeReady(task, now);
    }
  }

  /** Counts what a new task waits for. */
  private lookAt(task: number, now: number): void {
    // Whoever was told of another task's end may have stopped everything.
    if (this.states[task] !== WAITING) return;
    const { needStarts, needs, runsAnyway } = this.parts.graph;
    const end = needStarts[task + 1] as number;
    let missing = 0;
    for (let at = needStarts[task] as number; at < end; at++) {
      const need = needs[at] as number;
      // Of what has ended just now, perhaps in front of whoever adds this task, it will be told.
      if (this.told[need] === 0) missing++;
      else if (this.states[need] === FAILED && runsAnyway[task] === 0)
        return this.skipAfter(task, need);
    }
    this.missing[task] = missing;
    if (missing === 0) this.makeReady(task, now);
  }

  private skipAfter(task: number, need: number): void {
    const root = this.roots[need] as number;
    this.end(task, false);
    this.roots[task] = root;
    this.ended.push(task);
    this.parts.owner.skipped(task, 'dependency', root);
  }

  private makeReady(task: number, now: number): void {
    const { graph, ranks } = this.parts;
    const isFirst = this.states[task] === WAITING;
    this.states[task] = READY;
    this.order.readyAtMs[task] = now;
    if (isFirst) this.order.ranks[task] = ranks.ranks[task] as number;
    // A further try has its tokens already.
    const needsTokens =
      graph.hasTokens && (graph.tokens[task] as number) > 0 && !this.tokens.holds(task);
    const place = 2 * (graph.pools[task] as number) + (needsTokens ? 1 : 0);
    // It may be more urgent than the one that waits, and small enough.
    if (needsTokens) this.tokensBlocked = false;
    (this.queues[place] as ReadyQueue).push(task);
    this.ready++;
  }
}
