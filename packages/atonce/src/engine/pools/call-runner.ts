import { TimeoutError } from '../../kernel/errors.ts';
import type { Clock } from '../../kernel/clock.ts';
import { AttemptContext, type ReportReceiver } from '../attempt-context.ts';
import { isThenable } from '../../kernel/thenable.ts';
import type { SlotResult } from '../limits/limit.ts';
import { resultOfError } from '../limits/overload.ts';
import {
  type CallExtras,
  type PoolCall,
  type PoolTaskContext,
  UnstoppableContext,
} from './call.ts';
import { Lane, type LaneOwner } from './lane.ts';

const nativeThen = Promise.prototype.then;

/** Pools have nobody who listens to what tasks report. */
const nobody: ReportReceiver = { reported: () => undefined };

/** How a call ended. */
export type Ending = 'succeeded' | 'failed' | 'cancelled';

/** Whose calls are run. */
export interface CallOwner {
  readonly name: string;
  /** Calls the task as one that holds a slot. */
  call(call: PoolCall, context: PoolTaskContext): unknown;
  /** A call that was started has ended, and its slot is not in use any more. */
  ended(call: PoolCall, ending: Ending, result: SlotResult): void;
}

/** Starts calls, watches their time limits, and settles their promises exactly once. */
export class CallRunner implements LaneOwner {
  private readonly owner: CallOwner;
  private readonly clock: Clock;
  private readonly spare: Lane[] = [];

  constructor(owner: CallOwner, clock: Clock) {
    this.owner = owner;
    this.clock = clock;
  }

  /** Starts a call that has a slot; it may end before this returns. */
  start(call: PoolCall): void {
    const lane = this.spare.pop() ?? new Lane(this);
    const { extras } = call;
    lane.call = call;
    call.lane = lane;
    const context = extras === null ? new UnstoppableContext() : this.watch(call, extras);
    let result: unknown;
    let isNative = false;
    let isOther = false;
    try {
      result = this.owner.call(call, context);
      isNative = typeof result === 'object' && result !== null && result.constructor === Promise;
      isOther = !isNative && isThenable(result);
    } catch (error) {
      return lane.onError(error);
    }
    // The intrinsic `then`, so that a patched one cannot settle a call twice.
    if (isNative) void nativeThen.call(result as Promise<unknown>, lane.onValue, lane.onError);
    else if (isOther) void Promise.resolve(result).then(lane.onValue, lane.onError);
    else lane.onValue(result);
  }

  /** Gives up a call that runs: its promise may still settle one day, and nobody listens any more. */
  giveUp(call: PoolCall, reason: unknown, ending: 'failed' | 'cancelled'): void {
    const { lane, extras } = call;
    if (lane === null) return;
    lane.call = null;
    this.leave(call);
    call.reject(reason);
    this.owner.ended(call, ending, ending === 'failed' ? resultOfError(reason) : 'ignore');
    const context = extras === null ? null : extras.context;
    if (context !== null) AttemptContext.abort(context, reason);
  }

  fulfilled(call: PoolCall, value: unknown): void {
    this.reuse(call);
    call.resolve(value);
    this.owner.ended(call, 'succeeded', 'success');
  }

  rejected(call: PoolCall, error: unknown): void {
    this.reuse(call);
    call.reject(error);
    this.owner.ended(call, 'failed', resultOfError(error));
  }

  private reuse(call: PoolCall): void {
    if (call.lane !== null) this.spare.push(call.lane);
    this.leave(call);
  }

  private leave(call: PoolCall): void {
    call.lane = null;
    if (call.extras === null) return;
    call.extras.stopListening?.();
    call.extras.cancelTimer?.();
  }

  private watch(call: PoolCall, extras: CallExtras): AttemptContext {
    const context = new AttemptContext(0, 1, nobody);
    const { timeoutMs } = extras;
    extras.context = context;
    if (timeoutMs !== null)
      extras.cancelTimer = this.clock.after(timeoutMs, () => this.expire(call, timeoutMs));
    return context;
  }

  private expire(call: PoolCall, timeoutMs: number): void {
    const what = `a call in the pool \`${this.owner.name}\``;
    this.giveUp(call, new TimeoutError(timeoutMs, what), 'failed');
  }
}
