import type { AttemptContext } from '../attempt-context.ts';
import type { Limit } from '../limits/limit.ts';
import type { HeldSlot } from '../limits/nested.ts';
import type { TaskContext } from '../task.ts';
import type { Lane } from './lane.ts';
import type { Line } from './line.ts';

/** What a task run in a pool is told. */
export type PoolTaskContext = Pick<TaskContext, 'signal'>;

/** What `pools.run` runs. */
export type PoolTask<R> = (context: PoolTaskContext) => R | PromiseLike<R>;

/** What waits in a pool's queue: a call, or a run that waits for a slot. */
export interface Entry {
  /** The order of arrival in its pool. */
  order: number;
  /** Where it waits; null before and after. */
  line: Line | null;
  /** Was withdrawn and only waits to be thrown away. */
  gone: boolean;
}

/** A run that waits for one of the pool's slots. */
export class SlotWaiter implements Entry {
  order = 0;
  line: Line | null = null;
  gone = false;
  readonly listener: () => void;
  /** Counts as part of a task with a share of the cap over all pools. */
  readonly exempt: boolean;

  constructor(listener: () => void, exempt: boolean) {
    this.listener = listener;
    this.exempt = exempt;
  }
}

/** The ends of the promise made last, for `PoolCall`'s constructor. */
let resolveNew: (value: unknown) => void;
let rejectNew: (error: unknown) => void;

/** One for all promises: a closure for each would be the largest part of what a waiting call takes. */
function keepEnds(resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
  resolveNew = resolve;
  rejectNew = reject;
}

/** What only some calls have. */
export interface CallExtras {
  /** How long it may run, milliseconds. */
  readonly timeoutMs: number | null;
  /** The context of its task; null before it runs. */
  context: AttemptContext | null;
  stopListening: (() => void) | null;
  cancelTimer: (() => void) | null;
  /** The slot held where the call was made; it may be started anywhere. */
  readonly holder: HeldSlot | null;
  /** The slot that it borrowed, of a task that waits. */
  lentBy: Limit | null;
  /** The slot of the task that waits for it, while no slot is free for it. */
  blocks: HeldSlot | null;
  /** Counts as part of the task that made it, as far as the cap over all pools is concerned. */
  exempt: boolean;
}

/** Extras of a call whose options are checked. */
export function extrasOf(timeoutMs: number | null, holder: HeldSlot | null): CallExtras {
  const nothing = { context: null, stopListening: null, cancelTimer: null };
  return { timeoutMs, holder, exempt: false, lentBy: null, blocks: null, ...nothing };
}

/** One call of `pools.run` from its arrival to its end. Small, because there may be very many. */
export class PoolCall implements Entry {
  order = 0;
  line: Line | null = null;
  gone = false;
  readonly task: PoolTask<unknown>;
  readonly extras: CallExtras | null;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Where it is running; null before and after. */
  lane: Lane | null = null;
  /** What its task holds, where contexts are tracked. */
  slot: HeldSlot | null = null;
  startedAtMs = 0;

  constructor(task: PoolTask<unknown>, extras: CallExtras | null) {
    this.task = task;
    this.extras = extras;
    this.resolve = resolveNew;
    this.reject = rejectNew;
  }
}

/** Makes a promise whose ends the next `PoolCall` takes. */
export function promiseForCall(): Promise<unknown> {
  return new Promise(keepEnds);
}

/** What a task is told whose call nothing can stop. */
export class UnstoppableContext implements PoolTaskContext {
  private made: AbortSignal | null = null;

  /** A signal all the same, for whoever passes it on. Made when first read. */
  get signal(): AbortSignal {
    this.made ??= new AbortController().signal;
    return this.made;
  }
}
