import { checkInteger, checkNames, refuse } from '../../../../kernel/checks.ts';
import type { LawSetting, LawState, LimitLaw, SlotUse, Verdict } from '../law.ts';

/** How `gradientLaw` steers. */
export interface GradientOptions {
  /**
   * Latency may be so many times the long-term one before the limit falls, from 1.
   *
   * @defaultValue 1.5
   */
  readonly tolerance?: number | undefined;
  /**
   * Slots added to leave room for a queue, an integer from 0.
   *
   * @defaultValue 4
   */
  readonly queue?: number | undefined;
  /**
   * Share of a new estimate in the limit, above 0 up to 1.
   *
   * @defaultValue 0.2
   */
  readonly smoothing?: number | undefined;
}

/** Uses over which the long-term latency is averaged, and those at the start that count alike. */
const LONG_USES = 600;
const WARM_UP_USES = 10;

/** What an overload leaves of the limit; the published law leaves overloads to others. */
const BACKOFF = 0.9;

/**
 * Steers by the ratio of long-term to present latency (Netflix concurrency-limits, Gradient2Limit).
 * For a service that should keep its latency; batches are done sooner by `throughputLaw`.
 *
 * @throws OptionError for a bad option.
 */
export function gradientLaw(options: GradientOptions = {}): LimitLaw {
  checkNames('gradientLaw', options, ['tolerance', 'queue', 'smoothing']);
  const { tolerance = 1.5, queue = 4, smoothing = 0.2 } = options;
  if (!(tolerance >= 1 && tolerance < Infinity))
    throw refuse('tolerance', 'a number from 1', tolerance);
  checkInteger('queue', queue, { min: 0 });
  if (!(smoothing > 0 && smoothing <= 1)) throw refuse('smoothing', 'above 0 up to 1', smoothing);
  const figures = { tolerance, queue, smoothing };
  return { name: 'gradient', start: (setting) => new Gradient(setting, figures) };
}

type Figures = Readonly<Record<'tolerance' | 'queue' | 'smoothing', number>>;

class Gradient implements LawState {
  private readonly setting: LawSetting;
  private readonly figures: Figures;
  private limit: number;
  private longMs = 0;
  private uses = 0;

  constructor(setting: LawSetting, figures: Figures) {
    this.setting = setting;
    this.figures = figures;
    this.limit = setting.initial;
  }

  observe({ result, durationMs, inFlight }: SlotUse): Verdict | null {
    if (result === 'overload') return this.move(this.limit * BACKOFF, 'overload');
    if (result === 'ignore' || durationMs <= 0) return null;
    this.follow(durationMs);
    if (inFlight < this.limit / 2) return null;
    const { tolerance, queue, smoothing } = this.figures;
    const gradient = Math.max(0.5, Math.min(1, (tolerance * this.longMs) / durationMs));
    const wanted = this.limit * gradient + queue;
    const reason = gradient < 1 ? 'latency above its long-term level' : 'latency as usual';
    return this.move(this.limit * (1 - smoothing) + wanted * smoothing, reason);
  }

  private follow(durationMs: number): void {
    this.uses++;
    if (this.uses <= WARM_UP_USES) this.longMs += (durationMs - this.longMs) / this.uses;
    else this.longMs += ((durationMs - this.longMs) * 2) / (LONG_USES + 1);
    // After a time of overload the long-term latency is too high, and comes down faster this way.
    if (this.longMs / durationMs > 2) this.longMs *= 0.95;
  }

  private move(limit: number, reason: string): Verdict {
    const { min, max } = this.setting;
    this.limit = Math.max(min, Math.min(max, limit));
    return { limit: this.limit, reason };
  }
}
