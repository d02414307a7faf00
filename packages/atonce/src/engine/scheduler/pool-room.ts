import { nextTurn } from '../host.ts';
import type { Limit, SlotResult } from '../limits/limit.ts';
import { closeAll } from '../run-end.ts';
import type { SchedulerSettings } from './options.ts';
import type { Room, RoomAnswer } from './room.ts';

/** The slots of real limits: at place 0 the shared one in the scheduler's stead, then its pools. */
export class PoolRoom implements Room {
  /** As this run sees them; null where there is none. */
  private readonly limits: readonly (Limit | null)[];
  /** The most slots seen of each. */
  readonly most: number[];
  private readonly pools: readonly Limit[];
  private readonly withdrawals: ((() => void) | null)[];
  private readonly freed: (pool: number) => void;

  /** @param freed - Called when a limit that was full may have a slot. */
  constructor({ engine, pools }: SchedulerSettings, freed: (pool: number) => void) {
    // A pool that is the shared limit itself: one slot is both.
    const others = pools.map((pool) => (pool === engine.limit ? null : pool));
    const limits = [engine.limit, ...others];
    this.limits = limits.map((limit) => limit?.here?.() ?? limit);
    this.pools = pools;
    this.most = limits.map((limit) => limit?.concurrency ?? Infinity);
    this.withdrawals = limits.map(() => null);
    this.freed = freed;
  }

  take(pool: number): RoomAnswer {
    if (pool > 0 && !this.tryTake(pool)) return 'pool-full';
    let taken = false;
    try {
      taken = this.tryTake(0);
    } finally {
      if (!taken && pool > 0) this.limits[pool]?.release('ignore', 0);
    }
    if (taken) return 'taken';
    // Who got the pool's slot may have given one of the shared limit back, before anybody waits for it here.
    if (this.withdrawals[0] === null) nextTurn(() => this.freed(0));
    return 'full';
  }

  /** Gives back what `take` took. */
  leave(pool: number, result: SlotResult, durationMs: number): void {
    if (pool > 0) this.limits[pool]?.release(result, durationMs);
    this.limits[0]?.release(result, durationMs);
  }

  /** Calls `call` so that the limits know what holds their slots. */
  holding<V>(pool: number, call: () => V): V {
    // The shared limit is told by the event loop.
    const limit = this.pools[pool - 1];
    return limit?.holding === undefined ? call() : limit.holding(call);
  }

  close(): void {
    const thrown = closeAll(this.withdrawals.map((withdraw) => () => withdraw?.()));
    if (thrown !== null) throw thrown.error;
  }

  private tryTake(place: number): boolean {
    const limit = this.limits[place];
    if (limit === null || limit === undefined) return true;
    this.most[place] = Math.max(this.most[place] as number, limit.concurrency);
    if (limit.tryAcquire()) return true;
    this.withdrawals[place] ??= limit.whenFree(() => {
      this.withdrawals[place] = null;
      this.freed(place);
    });
    return false;
  }
}
