import { checkNames, refuse } from '../../../../kernel/checks.ts';
import type { LawSetting, LawState, LimitLaw, SlotUse, Verdict } from '../law.ts';

/** How `aimdLaw` steers. */
export interface AimdOptions {
  /**
   * What an overload leaves of the limit, more than 0 and less than 1.
   *
   * @defaultValue 0.9
   */
  readonly backoff?: number | undefined;
  /**
   * A use that took longer counts as an overload, milliseconds.
   *
   * @defaultValue 5000
   */
  readonly slowMs?: number | undefined;
}

/**
 * Additive increase, multiplicative decrease: one slot more for each success while the limit is used, a
 * share less for each overload (Chiu and Jain 1989; the figures are those of Netflix's AIMDLimit).
 * For a far side that says when it has enough. Where nobody says so it grows to `max`.
 *
 * @throws OptionError for a bad option.
 */
export function aimdLaw(options: AimdOptions = {}): LimitLaw {
  checkNames('aimdLaw', options, ['backoff', 'slowMs']);
  const { backoff = 0.9, slowMs = 5_000 } = options;
  if (!(backoff > 0 && backoff < 1))
    throw refuse('backoff', 'between 0 and 1, without both', backoff);
  if (!(slowMs > 0)) throw refuse('slowMs', 'milliseconds, more than 0', slowMs);
  return { name: 'aimd', start: (setting) => new Aimd(setting, backoff, slowMs) };
}

class Aimd implements LawState {
  private readonly setting: LawSetting;
  private readonly backoff: number;
  private readonly slowMs: number;
  private limit: number;

  constructor(setting: LawSetting, backoff: number, slowMs: number) {
    this.setting = setting;
    this.backoff = backoff;
    this.slowMs = slowMs;
    this.limit = setting.initial;
  }

  observe({ result, durationMs, inFlight }: SlotUse): Verdict | null {
    const { min, max } = this.setting;
    if (result === 'overload' || (result === 'success' && durationMs > this.slowMs)) {
      this.limit = Math.max(min, this.limit * this.backoff);
      return { limit: this.limit, reason: result === 'overload' ? 'overload' : 'slow use' };
    }
    if (result === 'ignore' || inFlight * 2 < this.limit || this.limit >= max) return null;
    this.limit = Math.min(max, this.limit + 1);
    return { limit: this.limit, reason: 'success while in use' };
  }
}
