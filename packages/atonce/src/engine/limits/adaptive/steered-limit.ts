import type { Clock } from '../../../kernel/clock.ts';
import type { Limit, SlotResult } from '../limit.ts';
import { callHolding, inThisContext, nestedLimit } from '../nested.ts';
import { Waiters } from '../waiters.ts';
import { forgivingReadings, type LoadReading } from './readings.ts';
import {
  isUsable,
  type LawSetting,
  type LawState,
  type LimitLaw,
  type SlotUse,
  type Verdict,
} from './law.ts';

/** A change of the number of slots. */
export interface LimitChange {
  readonly from: number;
  readonly to: number;
  /** Name of the law that decided; `reset` for a reset. */
  readonly law: string;
  /** Why, in a few words for people. */
  readonly reason: string;
  /** Wall-clock milliseconds since 1970. */
  readonly atMs: number;
}

/** A limit whose number of slots follows what it learns from their use. */
export interface AdaptiveLimit extends Limit {
  /** Name of the law that steers it. */
  readonly law: string;
  /** The last change; undefined before the first. */
  readonly lastChange: LimitChange | undefined;
  /** What `readings` threw when they were last asked; undefined when they answered. */
  readonly readingsError: unknown;
  /**
   * Tells that the far side asked for less, for instance by 429 or 503: as if the use of a slot had
   * ended with `overload`. For tasks that see such an answer and go on, or whose own error says it.
   */
  overloaded(): void;
  /** Goes back to `initial` and forgets what was learned. Tasks in flight go on. */
  reset(): void;
}

/** Who is told of changes, and by which clock. */
export interface Surroundings {
  readonly clock: Clock;
  readonly onChange: ((change: LimitChange) => void) | null;
}

/** Enforces what a law says: counts slots, calls who waits, tells of changes. */
export class SteeredLimit implements AdaptiveLimit {
  private readonly lawOfLimit: LimitLaw;
  private readonly setting: LawSetting;
  private readonly surroundings: Surroundings;
  private readonly waiters = new Waiters();
  private state: LawState;
  private slots: number;
  private taken = 0;
  private changed: LimitChange | undefined;
  private readingsFailure: { readonly error: unknown } | null = null;

  constructor(law: LimitLaw, setting: LawSetting, surroundings: Surroundings) {
    this.lawOfLimit = law;
    const { readings } = setting;
    this.setting = { ...setting, readings: readings === null ? null : this.forgiving(readings) };
    this.surroundings = surroundings;
    this.state = law.start(this.setting);
    this.slots = setting.initial;
  }

  get concurrency(): number {
    return this.slots;
  }

  get inFlight(): number {
    return this.taken;
  }

  get law(): string {
    return this.lawOfLimit.name;
  }

  get lastChange(): LimitChange | undefined {
    return this.changed;
  }

  get readingsError(): unknown {
    return this.readingsFailure?.error;
  }

  tryAcquire(): boolean {
    if (this.taken >= this.slots) return false;
    this.taken++;
    return true;
  }

  release(result: SlotResult, durationMs: number): void {
    const inFlight = this.taken--;
    // Taken to look whether there is something to start, and there was not: no use.
    if (result === 'ignore' && durationMs === 0) return this.waiters.wake(this);
    this.learn({ result, durationMs, inFlight, ended: true });
  }

  overloaded(): void {
    this.learn({ result: 'overload', durationMs: 0, inFlight: this.taken, ended: false });
  }

  reset(): void {
    this.state = this.lawOfLimit.start(this.setting);
    const { initial } = this.setting;
    try {
      this.follow({ limit: initial, reason: 'reset by the caller', law: 'reset' });
    } finally {
      this.waiters.wake(this);
    }
  }

  whenFree(listener: () => void): () => void {
    return this.waiters.add(inThisContext(listener));
  }

  here(): Limit {
    return nestedLimit(this);
  }

  holding<V>(call: () => V): V {
    return callHolding(this, call);
  }

  private forgiving(readings: () => LoadReading): () => LoadReading {
    return forgivingReadings(readings, (failure) => {
      this.readingsFailure = failure;
    });
  }

  private learn(told: Omit<SlotUse, 'nowMs' | 'limit'>): void {
    try {
      const nowMs = this.surroundings.clock.now();
      this.follow(this.state.observe({ ...told, nowMs, limit: this.slots }));
    } finally {
      // Whatever a law or listener of the caller's throws, the slot is free and others wait for it.
      this.waiters.wake(this);
    }
  }

  private follow(verdict: Verdict | null): void {
    if (!isUsable(verdict)) return;
    const { min, max } = this.setting;
    const from = this.slots;
    const to = Math.min(max, Math.max(min, Math.round(verdict.limit)));
    if (to === from) return;
    this.slots = to;
    const { clock, onChange } = this.surroundings;
    const { law = this.lawOfLimit.name, reason } = verdict;
    this.changed = { from, to, law, reason, atMs: clock.epoch() };
    onChange?.(this.changed);
  }
}
