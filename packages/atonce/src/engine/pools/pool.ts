import { AtonceError } from '../../kernel/errors.ts';
import type { Clock } from '../../kernel/clock.ts';
import { onAbort } from '../../kernel/on-abort.ts';
import { nextTurn } from '../host.ts';
import type { Limit, SlotResult } from '../limits/limit.ts';
import { endHolding, heldHere } from '../limits/nested.ts';
import type { Slice } from '../slice.ts';
import type { BlockedTasks } from './blocked-tasks.ts';
import { type CallSettings, plainSettings } from './call-options.ts';
import { CallQueue } from './call-queue.ts';
import { type CallOwner, CallRunner, type Ending } from './call-runner.ts';
import {
  type Entry,
  extrasOf,
  PoolCall,
  type PoolTask,
  type PoolTaskContext,
  promiseForCall,
  SlotWaiter,
} from './call.ts';
import { NestedCalls } from './nested-calls.ts';
import { type LimitedPool, PoolLimit } from './pool-limit.ts';
import { Slots } from './slots.ts';
import type { CappedPool, TotalCap } from './total-cap.ts';
import type { Tracking } from './tracking.ts';

/** What a pool is made of. */
export interface PoolParts {
  readonly name: string;
  /** A number of slots, or a limit that has them. */
  readonly size: number | Limit;
  readonly cap: TotalCap | null;
  readonly tracking: Tracking;
  readonly blocked: BlockedTasks;
  readonly slice: Slice;
  readonly clock: Clock;
}

/** One pool: a queue of calls before so many slots. */
export class Pool implements CallOwner, CappedPool, LimitedPool {
  readonly name: string;
  /** The slots, for runs that share them. */
  readonly limit: PoolLimit;
  /** Calls that have ended, by how they did. */
  readonly endings: Record<Ending, number> = { succeeded: 0, failed: 0, cancelled: 0 };
  private readonly clock: Clock;
  private readonly cap: TotalCap | null;
  private readonly tracking: Tracking;
  private readonly slots: Slots;
  private readonly queue: CallQueue;
  private readonly nested: NestedCalls;
  private readonly runner: CallRunner;
  private readonly slice: Slice;
  private idleListeners: (() => void)[] = [];
  private pumping = false;
  private closed = false;

  constructor({ name, size, cap, tracking, blocked, slice, clock }: PoolParts) {
    const pump = (): void => this.pump();
    const begin = (call: PoolCall): void => this.begin(call);
    const slots = new Slots({ size, cap, tracking }, pump);
    const queue = new CallQueue(pump);
    const limit = new PoolLimit(this, { slots, queue, cap, tracking });
    this.name = name;
    this.limit = limit;
    this.clock = clock;
    this.cap = cap;
    this.tracking = tracking;
    this.slots = slots;
    this.queue = queue;
    this.nested = new NestedCalls({ limit, slots, queue, cap, blocked, begin });
    this.runner = new CallRunner(this, clock);
    this.slice = slice;
    blocked.add(limit);
    cap?.add(this);
  }

  get inFlight(): number {
    return this.slots.inFlight;
  }

  /** Calls and runs that wait. */
  get queued(): number {
    return this.queue.size;
  }

  /** Runs a call without options once there is a slot. */
  runPlain(task: PoolTask<unknown>): Promise<unknown> {
    if (!this.tracking.on) this.tracking.arrived();
    if (this.closed || (this.tracking.on && heldHere() !== null))
      return this.run(task, plainSettings);
    if (!this.slots.isFree(false) || this.queue.size > 0) return this.queue.addPlain(task);
    const promise = promiseForCall();
    this.startOrQueue(new PoolCall(task, null), plainSettings.level);
    return promise;
  }

  run(task: PoolTask<unknown>, { signal, timeoutMs, level }: CallSettings): Promise<unknown> {
    if (this.closed) return Promise.reject(this.closedError());
    if (signal?.aborted === true) {
      this.endings.cancelled++;
      return Promise.reject(signal.reason);
    }
    this.tracking.arrived();
    const promise = promiseForCall();
    const extras = extrasOf(timeoutMs, heldHere());
    const call = new PoolCall(task, extras);
    if (signal !== null)
      extras.stopListening = onAbort(signal, () => this.abort(call, signal.reason));
    if (!this.nested.take(call, extras)) this.startOrQueue(call, level);
    return promise;
  }

  // Starting.

  /** Starts what waits while there are slots. */
  pump(): void {
    if (this.cap !== null) return this.cap.dispatch();
    if (this.pumping) return;
    this.pumping = true;
    this.slice.begin();
    try {
      let more = true;
      while (more) more = this.startNext();
    } finally {
      this.pumping = false;
    }
  }

  lend(): void {
    this.nested.lend();
  }

  startNext(): boolean {
    const line = this.queue.next();
    if (line === undefined) return false;
    const exempt = this.queue.isNested(line);
    if (line.peek() instanceof SlotWaiter) {
      if (!this.slots.isFree(exempt)) return false;
      // The listener takes a slot, or has no use for one any more.
      (this.queue.take(line) as SlotWaiter).listener();
      return true;
    }
    if (!this.slots.take(exempt)) return false;
    const call = this.queue.take(line) as PoolCall;
    this.begin(call);
    // Tasks that end before they return would otherwise keep timers, signals and I/O waiting.
    if (call.lane !== null || !this.slice.isOver()) return true;
    nextTurn(() => this.pump());
    return false;
  }

  private startOrQueue(call: PoolCall, level: number): void {
    if (this.queue.size === 0 && this.slots.take(false)) this.begin(call);
    else if (!call.gone) this.queue.add(call, level);
  }

  private begin(call: PoolCall): void {
    // Taking a slot may start other calls, of which one may have stopped this one.
    if (call.gone) return this.giveBack(call, 'ignore', 0);
    if (call.extras !== null) this.nested.unblock(call.extras);
    if (this.slots.timed) call.startedAtMs = this.clock.now();
    this.runner.start(call);
  }

  call(call: PoolCall, context: PoolTaskContext): unknown {
    const { task, extras } = call;
    if (!this.tracking.on) return this.tracking.callUntracked(task, context);
    return this.limit.holdingWithin(extras === null ? null : extras.holder, (slot) => {
      call.slot = slot;
      return task(context);
    });
  }

  // Ending.

  ended(call: PoolCall, ending: Ending, result: SlotResult): void {
    this.endings[ending]++;
    const durationMs = this.slots.timed ? this.clock.now() - call.startedAtMs : 0;
    if (call.slot === null) return this.giveBack(call, result, durationMs);
    endHolding(call.slot, () => this.giveBack(call, result, durationMs));
  }

  private giveBack({ extras }: PoolCall, result: SlotResult, durationMs: number): void {
    if (extras === null) return this.limit.release(result, durationMs);
    // What was borrowed goes back to the lender, which passes on to `release` what was not.
    if (extras.lentBy === null) this.limit.release(result, durationMs, extras.exempt);
    else extras.lentBy.release(result, durationMs);
    this.lend();
  }

  freed(): void {
    this.pump();
    if (this.slots.inFlight === 0) this.tellIfIdle();
  }

  private abort(call: PoolCall, reason: unknown): void {
    if (call.lane !== null) return this.runner.giveUp(call, reason, 'cancelled');
    this.nested.withdraw(call);
    call.line?.withdraw(call);
    call.gone = true;
    this.refuse(call, reason);
    this.tellIfIdle();
  }

  /** Rejects what waits, and every later call. What is in flight goes on. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    const error = this.closedError();
    this.queue.close(error, (entry) => this.refuse(entry, error));
    this.nested.close((call) => this.refuse(call, error));
    this.tellIfIdle();
  }

  private refuse(entry: Entry, reason: unknown): void {
    // A run that waits for a slot may have it when what is in flight ends; it is not the pool's to end.
    if (!(entry instanceof PoolCall)) return this.queue.addWaiter(entry as SlotWaiter);
    if (entry.extras !== null) {
      this.nested.unblock(entry.extras);
      entry.extras.stopListening?.();
    }
    this.endings.cancelled++;
    entry.reject(reason);
  }

  private closedError(): AtonceError {
    return new AtonceError('E_POOL_CLOSED', `The pool \`${this.name}\` is closed`);
  }

  /** Resolves when nothing waits or is in flight. */
  async idle(): Promise<void> {
    if (this.queued + this.inFlight === 0) return;
    await new Promise<void>((resolve) => this.idleListeners.push(resolve));
  }

  tellIfIdle(): void {
    if (this.queued + this.inFlight > 0) return;
    if (this.closed) this.slots.close();
    const listeners = this.idleListeners;
    if (listeners.length > 0) this.idleListeners = [];
    for (const listener of listeners) listener();
  }
}
