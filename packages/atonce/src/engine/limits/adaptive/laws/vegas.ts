import type { LawSetting, LawState, LimitLaw, SlotUse, Verdict } from '../law.ts';

/** The lowest latency is measured anew after about so many times the limit of uses. */
const PROBE_ROUNDS = 30;

/**
 * Estimates the far side's queue from how far latency is above the lowest seen, and keeps it short
 * (TCP Vegas, Brakmo and Peterson 1995, in the form of Netflix's VegasLimit). For a service that
 * should keep its latency, with tasks that are alike.
 */
export function vegasLaw(): LimitLaw {
  return { name: 'vegas', start: (setting) => new Vegas(setting) };
}

class Vegas implements LawState {
  private readonly setting: LawSetting;
  private limit: number;
  private lowestMs = Infinity;
  private uses = 0;
  private jitter: number;

  constructor(setting: LawSetting) {
    this.setting = setting;
    this.limit = setting.initial;
    this.jitter = this.drawJitter();
  }

  observe({ result, durationMs, inFlight }: SlotUse): Verdict | null {
    if (result === 'overload') return this.move(this.limit - this.step(), 'overload');
    if (result === 'ignore' || durationMs <= 0) return null;
    this.uses++;
    if (this.uses >= this.jitter * PROBE_ROUNDS * this.limit) {
      this.uses = 0;
      this.jitter = this.drawJitter();
      this.lowestMs = durationMs;
      return null;
    }
    if (durationMs < this.lowestMs) {
      this.lowestMs = durationMs;
      return null;
    }
    return inFlight * 2 < this.limit ? null : this.steer(durationMs);
  }

  private steer(durationMs: number): Verdict | null {
    const step = this.step();
    const queue = Math.ceil(this.limit * (1 - this.lowestMs / durationMs));
    if (queue <= step) return this.move(this.limit + 6 * step, 'no queue');
    if (queue < 3 * step) return this.move(this.limit + step, 'a short queue');
    if (queue > 6 * step) return this.move(this.limit - step, 'a long queue');
    return null;
  }

  /** Common logarithm of the limit, at least 1. */
  private step(): number {
    return Math.max(1, Math.floor(Math.log10(this.limit)));
  }

  /** Several limits of one far side must not measure at the same time. */
  private drawJitter(): number {
    return 0.5 + this.setting.random() / 2;
  }

  private move(limit: number, reason: string): Verdict {
    const { min, max } = this.setting;
    this.limit = Math.max(min, Math.min(max, limit));
    return { limit: this.limit, reason };
  }
}
