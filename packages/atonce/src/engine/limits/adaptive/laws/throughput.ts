import type { LawSetting, LawState, LimitLaw, SlotUse, Verdict } from '../law.ts';
import { Ceiling } from './throughput/ceiling.ts';
import { Climbing } from './throughput/climbing.ts';
import { Doubling } from './throughput/doubling.ts';
import { LoadBrake } from './throughput/load-brake.ts';
import { Window } from './throughput/window.ts';

/** A limit that is used less than this says nothing about what it could do. */
const LEAST_USED = 0.8;

/** What an overload leaves of the limit. */
const BACKOFF = 0.7;

/**
 * Steers by throughput, for batches: doubles while that pays, then keeps comparing the present
 * limit with a slightly larger or smaller one and moves to whichever gets more done; of equals to the
 * smaller one, which keeps latency low. Overloads cut the limit by three tenths and are remembered as a
 * ceiling; with `readings`, a busy processor or a late event loop forbids growth and nearly full
 * memory cuts too.
 */
export function throughputLaw(): LimitLaw {
  return { name: 'throughput', start: (setting) => new Throughput(setting) };
}

class Throughput implements LawState {
  private readonly setting: LawSetting;
  private readonly brake: LoadBrake;
  private readonly ceiling = new Ceiling();
  private readonly climbing: Climbing;
  private doubling: Doubling | null = new Doubling();
  private limit: number;
  private window: Window;
  private uses: number;
  private cutAtMs = -Infinity;
  private endedSinceCut = Infinity;
  /** In flight at the last cut. */
  private atCut = 0;

  constructor(setting: LawSetting) {
    this.setting = setting;
    this.brake = new LoadBrake(setting.readings);
    this.climbing = new Climbing(setting.initial, setting.random);
    this.limit = setting.initial;
    this.window = new Window(this.limit, 0);
    this.uses = this.usesNeeded();
  }

  observe(use: SlotUse): Verdict | null {
    if (use.ended) this.endedSinceCut++;
    if (use.result === 'overload') return this.overloaded(use);
    if (use.result === 'ignore') return null;
    this.window.add(use);
    if (this.window.uses < this.uses) return null;
    const { nowMs } = use;
    if (this.window.used < LEAST_USED) return this.look(this.limit, use, '');
    this.ceiling.passed();
    const less = this.brake.whyLess(nowMs);
    if (less !== undefined) return this.cut(use, less, this.limit * BACKOFF);
    const { limit, reason } = this.decide(nowMs);
    return this.look(limit, use, reason);
  }

  private decide(nowMs: number): { readonly limit: number; readonly reason: string } {
    const { window, doubling } = this;
    const bounds = this.bounds(nowMs);
    if (doubling === null) return this.climbing.next(window, bounds);
    const limit = doubling.next(window, bounds.max);
    if (limit !== null) {
      const reason = limit > this.limit ? 'doubling while it pays' : 'looking at fewer once more';
      return { limit, reason };
    }
    this.doubling = null;
    this.climbing.moveTo(doubling.best());
    return { limit: this.climbing.level, reason: 'doubling has stopped to pay' };
  }

  private overloaded(use: SlotUse): Verdict | null {
    // One cut for all that were in flight together. How long those run that have not ended is not known.
    const isNews = use.ended
      ? use.nowMs - use.durationMs >= this.cutAtMs
      : this.endedSinceCut >= this.atCut;
    if (!isNews || this.endedSinceCut * 2 < this.limit) return null;
    const { min } = this.setting;
    const { level } = this.climbing;
    // A trial that went too far says nothing against the limit it was compared with.
    const isTrial = this.doubling === null && this.limit > level;
    this.ceiling.hit(isTrial ? Math.ceil((this.limit + level) / 2) : this.limit, min);
    this.atCut = use.inFlight;
    return this.cut(use, 'overload', isTrial ? level : this.limit * BACKOFF);
  }

  private cut(use: SlotUse, reason: string, to: number): Verdict | null {
    this.cutAtMs = use.nowMs;
    this.endedSinceCut = 0;
    this.doubling = null;
    this.climbing.moveTo(Math.max(this.setting.min, Math.floor(to)));
    return this.look(this.climbing.level, use, reason);
  }

  /** Begins a window at `limit`. */
  private look(limit: number, { inFlight }: SlotUse, reason: string): Verdict | null {
    const changes = limit !== this.limit;
    this.limit = limit;
    // Those in flight belong to the limit before. More slots fill a queue, which shows only once as many
    // have ended; of doublings each is wrong by the same, and there are few tasks to spare.
    const settling = this.doubling === null ? Math.max(inFlight, limit) : inFlight;
    this.window = new Window(limit, changes ? settling : 0);
    this.uses = this.usesNeeded();
    return changes ? { limit, reason } : null;
  }

  private usesNeeded(): number {
    return (this.doubling ?? this.climbing).uses(this.limit);
  }

  private bounds(nowMs: number): { readonly min: number; readonly max: number } {
    const { min, max } = this.setting;
    const more = this.brake.whyNotMore(nowMs) === undefined;
    return { min, max: Math.max(min, Math.min(max, this.ceiling.slots, more ? max : this.limit)) };
  }
}
