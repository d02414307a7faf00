import { AtonceError } from '../../kernel/errors.ts';
import type { Clock } from '../../kernel/clock.ts';
import { onAbort } from '../../kernel/on-abort.ts';
import { nextTurn } from '../host.ts';
import type { Limit, SlotResult } from '../limits/limit.ts';
import {
  callWith,
  endHolding,
  type HeldSlot,
  heldHere,
  heldSlot,
  inThisContext,
  nestedLimit,
} from '../limits/nested.ts';
import type { Slice } from '../slice.ts';
import type { BlockedTasks, LendingPool } from './blocked-tasks.ts';
import { type CallSettings, plainSettings } from './call-options.ts';
import { CallQueue } from './call-queue.ts';
import { type CallOwner, CallRunner, type Ending } from './call-runner.ts';
import {
  type CallExtras,
  type Entry,
  extrasOf,
  PoolCall,
  type PoolTask,
  type PoolTaskContext,
  promiseForCall,
  SlotWaiter,
} from './call.ts';
import { ExemptLimit } from './exempt-limit.ts';
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

/** One pool: a queue of calls before so many slots. It is a limit too, for runs that share its slots. */
export class Pool implements LendingPool, CallOwner, CappedPool {
  readonly name: string;
  /** Calls that have ended, by how they did. */
  readonly endings: Record<Ending, number> = { succeeded: 0, failed: 0, cancelled: 0 };
  private readonly clock: Clock;
  private readonly cap: TotalCap | null;
  private readonly tracking: Tracking;
  private readonly blocked: BlockedTasks;
  private readonly slots: Slots;
  private readonly queue: CallQueue;
  private readonly runner: CallRunner;
  private readonly slice: Slice;
  /** Calls that wait for the slot of the task that they are nested in, with what withdraws them. */
  private readonly borrowers = new Map<PoolCall, () => void>();
  private idleListeners: (() => void)[] = [];
  private pumping = false;
  private closed = false;

  constructor({ name, size, cap, tracking, blocked, slice, clock }: PoolParts) {
    const pump = (): void => this.pump();
    this.name = name;
    this.clock = clock;
    this.cap = cap;
    this.tracking = tracking;
    this.blocked = blocked;
    this.slots = new Slots({ size, cap, tracking }, pump);
    this.queue = new CallQueue(pump);
    this.runner = new CallRunner(this, clock);
    this.slice = slice;
    blocked.add(this);
    cap?.add(this);
  }

  get concurrency(): number {
    return this.slots.concurrency;
  }

  get inFlight(): number {
    return this.slots.inFlight;
  }

  /** Calls and runs that wait. */
  get queued(): number {
    return this.queue.size;
  }

  // Calls.

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
    const lender = nestedLimit(this);
    if (lender !== this) this.borrow(call, lender);
    else if (this.isNestedElsewhere(extras.holder)) this.startNested(call, extras);
    else this.startOrQueue(call, level);
    return promise;
  }

  call(call: PoolCall, context: PoolTaskContext): unknown {
    const { task, extras } = call;
    if (!this.tracking.on) return this.tracking.callUntracked(task, context);
    return this.holdingWithin(extras === null ? null : extras.holder, (outer) => {
      call.slot = heldSlot(this, outer);
      return callWith(call.slot, () => task(context));
    });
  }

  ended(call: PoolCall, ending: Ending, result: SlotResult): void {
    this.endings[ending]++;
    const durationMs = this.slots.timed ? this.clock.now() - call.startedAtMs : 0;
    if (call.slot === null) return this.giveBack(call, result, durationMs);
    endHolding(call.slot, () => this.giveBack(call, result, durationMs));
  }

  private giveBack({ extras }: PoolCall, result: SlotResult, durationMs: number): void {
    if (extras === null) return this.release(result, durationMs);
    // What was borrowed goes back to the lender, which passes on to `release` what was not.
    if (extras.lentBy === null) this.release(result, durationMs, extras.exempt);
    else extras.lentBy.release(result, durationMs);
    this.lend();
  }

  /** Resolves when nothing waits or is in flight. */
  async idle(): Promise<void> {
    if (this.queued + this.inFlight === 0) return;
    await new Promise<void>((resolve) => this.idleListeners.push(resolve));
  }

  /** Rejects what waits, and every later call. What is in flight goes on. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    const error = this.closedError();
    this.queue.close(error, (entry) => this.refuse(entry, error));
    for (const [call, withdraw] of this.borrowers) {
      withdraw();
      this.refuse(call, error);
    }
    this.borrowers.clear();
    this.tellIfIdle();
  }

  // A limit for runs.

  tryAcquire(exempt = false): boolean {
    this.tracking.turnOn();
    return this.slots.take(exempt);
  }

  release(result: SlotResult, durationMs: number, exempt = false): void {
    this.slots.give(result, durationMs, exempt);
    this.pump();
    if (this.slots.inFlight === 0) this.tellIfIdle();
  }

  whenFree(listener: () => void, exempt = false): () => void {
    const waiter = new SlotWaiter(inThisContext(listener), exempt);
    this.addWaiter(waiter);
    return () => {
      waiter.line?.withdraw(waiter);
      this.tellIfIdle();
    };
  }

  here(): Limit {
    const lender = nestedLimit(this);
    return lender === this && this.isWithinCap() ? new ExemptLimit(this) : lender;
  }

  holding<V>(call: () => V): V {
    return this.holdingWithin(heldHere(), (outer) => callWith(heldSlot(this, outer), call));
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
    while (this.borrowers.size > 0 || this.queue.nested.peek() instanceof PoolCall) {
      const lender = this.blocked.borrow(this);
      if (lender === null) return;
      const call = this.takeNested();
      if (call.extras !== null) call.extras.lentBy = lender;
      this.begin(call);
    }
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
    else this.queue.add(call, level);
  }

  /** Does not queue behind the others: they may be waiting for the task that made this call. */
  private startNested(call: PoolCall, extras: CallExtras): void {
    extras.exempt = true;
    if (this.slots.take(true)) return this.begin(call);
    this.queue.add(call, 'nested');
    this.block(call);
  }

  /** A nested call begins to wait, and with it the task that made it. */
  private block({ extras }: PoolCall): void {
    if (extras !== null && extras.blocks === null) {
      extras.blocks = extras.holder;
      if (extras.blocks !== null) this.blocked.begin(extras.blocks);
    }
    this.lend();
  }

  /** A call does not wait any more. */
  private unblock({ extras }: PoolCall): void {
    if (extras === null || extras.blocks === null) return;
    this.blocked.end(extras.blocks);
    extras.blocks = null;
  }

  /** The next of the nested calls that wait. */
  private takeNested(): PoolCall {
    for (const [call, withdraw] of this.borrowers) {
      withdraw();
      this.borrowers.delete(call);
      return call;
    }
    return this.queue.take(this.queue.nested) as PoolCall;
  }

  private borrow(call: PoolCall, lender: Limit): void {
    this.borrowers.delete(call);
    if (lender.tryAcquire()) {
      if (call.extras !== null) call.extras.lentBy = lender;
      return this.begin(call);
    }
    const withdraw = lender.whenFree(() => this.borrow(call, lender));
    this.borrowers.set(call, withdraw);
    this.block(call);
  }

  private begin(call: PoolCall): void {
    this.unblock(call);
    if (this.slots.timed) call.startedAtMs = this.clock.now();
    this.runner.start(call);
  }

  // Ending early.

  private abort(call: PoolCall, reason: unknown): void {
    if (call.lane !== null) return this.runner.giveUp(call, reason, 'cancelled');
    this.borrowers.get(call)?.();
    this.borrowers.delete(call);
    call.line?.withdraw(call);
    this.refuse(call, reason);
    this.tellIfIdle();
  }

  private refuse(entry: Entry, reason: unknown): void {
    // A run that waits for a slot may have it when what is in flight ends; it is not the pool's to end.
    if (!(entry instanceof PoolCall)) return this.addWaiter(entry as SlotWaiter);
    this.unblock(entry);
    this.endings.cancelled++;
    entry.extras?.stopListening?.();
    entry.reject(reason);
  }

  private addWaiter(waiter: SlotWaiter): void {
    this.queue.add(waiter, waiter.exempt ? 'nested' : plainSettings.level);
  }

  private closedError(): AtonceError {
    return new AtonceError('E_POOL_CLOSED', `The pool \`${this.name}\` is closed`);
  }

  private isNestedElsewhere(holder: HeldSlot | null): boolean {
    if (holder === null) return false;
    return this.cap === null ? this.blocked.knows(holder) : this.cap.isHeldHere();
  }

  /** Calls within a share of the cap, if there is a cap; tells the slot that is around the call. */
  private holdingWithin<V>(outer: HeldSlot | null, call: (outer: HeldSlot | null) => V): V {
    if (this.cap === null) return call(outer);
    const share = heldSlot(this.cap.slots, outer);
    return callWith(share, () => call(share));
  }

  private isWithinCap(): boolean {
    return this.cap !== null && this.cap.isHeldHere();
  }

  private tellIfIdle(): void {
    if (this.queued + this.inFlight > 0) return;
    if (this.closed) this.slots.close();
    const listeners = this.idleListeners;
    if (listeners.length > 0) this.idleListeners = [];
    for (const listener of listeners) listener();
  }
}
