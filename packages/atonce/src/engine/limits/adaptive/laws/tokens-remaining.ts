import { checkFunction, checkInteger, checkMs, checkNames } from '../../../../kernel/checks.ts';
import type { LawSetting, LawState, LimitLaw, SlotUse, Verdict } from '../law.ts';

/** How `tokensRemainingLaw` steers. */
export interface TokensRemainingOptions {
  /**
   * Tells which share of the budget is left, 0 to 1; undefined while nobody knows, for instance before
   * the first answer with a rate limit's headers.
   */
  readonly remainingShare: () => number | undefined;
  /**
   * At most so many slots once a tenth of the budget or less is left, an integer from 1.
   *
   * @defaultValue 16
   */
  readonly scarce?: number | undefined;
  /**
   * Up to so many slots the limit may double while half of the budget or more is left, an integer from 1.
   *
   * @defaultValue 128
   */
  readonly plenty?: number | undefined;
  /**
   * Least time from one doubling to the next, milliseconds.
   *
   * @defaultValue 1000
   */
  readonly intervalMs?: number | undefined;
}

const SCARCE_SHARE = 0.1;
const PLENTY_SHARE = 0.5;

/**
 * Follows a budget, of tokens for instance: few slots when it is nearly spent, more while most of it is left,
 * no change in between.
 *
 * @throws OptionError for a bad option.
 */
export function tokensRemainingLaw(options: TokensRemainingOptions): LimitLaw {
  const names = ['remainingShare', 'scarce', 'plenty', 'intervalMs'];
  checkNames('tokensRemainingLaw', options, names);
  const { remainingShare, scarce = 16, plenty = 128, intervalMs = 1_000 } = options;
  checkFunction('remainingShare', remainingShare);
  checkInteger('scarce', scarce, { min: 1 });
  checkInteger('plenty', plenty, { min: scarce });
  checkMs('intervalMs', intervalMs);
  const figures = { remainingShare, scarce, plenty, intervalMs };
  return { name: 'tokens-remaining', start: (setting) => new TokenWatch(setting, figures) };
}

interface Figures {
  readonly remainingShare: () => number | undefined;
  readonly scarce: number;
  readonly plenty: number;
  readonly intervalMs: number;
}

class TokenWatch implements LawState {
  private readonly max: number;
  private readonly figures: Figures;
  private limit: number;
  private doubledAtMs = -Infinity;

  constructor({ initial, max }: LawSetting, figures: Figures) {
    this.max = max;
    this.figures = figures;
    this.limit = initial;
  }

  observe({ nowMs, inFlight }: SlotUse): Verdict | null {
    const { scarce, plenty, intervalMs, remainingShare } = this.figures;
    const share = remainingShare();
    if (share === undefined || Number.isNaN(share)) return null;
    if (share <= SCARCE_SHARE) {
      if (this.limit <= scarce) return null;
      this.limit = scarce;
      return { limit: scarce, reason: `${percent(share)} of the budget left` };
    }
    const most = Math.min(plenty, this.max);
    const mayDouble = share >= PLENTY_SHARE && this.limit < most && inFlight * 2 >= this.limit;
    if (!mayDouble || nowMs - this.doubledAtMs < intervalMs) return null;
    this.doubledAtMs = nowMs;
    this.limit = Math.min(most, this.limit * 2);
    return { limit: this.limit, reason: `${percent(share)} of the budget left` };
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
