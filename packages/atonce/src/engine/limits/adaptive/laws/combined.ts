import { refuse } from '../../../../kernel/checks.ts';
import {
  isUsable,
  type LawSetting,
  type LawState,
  type LimitLaw,
  type SlotUse,
  type Verdict,
} from '../law.ts';

/**
 * Asks several laws; the smallest number of slots any of them wants counts, and the change names
 * the law that wanted it.
 *
 * @throws OptionError unless `laws` are at least two.
 */
export function combinedLaw(...laws: readonly LimitLaw[]): LimitLaw {
  if (laws.length < 2) throw refuse('laws', 'at least two laws', laws);
  const name = laws.map((law) => law.name).join('+');
  return { name, start: (setting) => new Combined(laws, setting) };
}

interface Member {
  readonly law: LimitLaw;
  readonly state: LawState;
  wanted: number;
  reason: string;
}

class Combined implements LawState {
  private readonly members: readonly Member[];
  private limit: number;

  constructor(laws: readonly LimitLaw[], setting: LawSetting) {
    this.limit = setting.initial;
    this.members = laws.map((law) => ({
      law,
      state: law.start(setting),
      wanted: setting.initial,
      reason: 'its initial limit',
    }));
  }

  observe(use: SlotUse): Verdict | null {
    for (const member of this.members) {
      const verdict = member.state.observe(use);
      if (!isUsable(verdict)) continue;
      member.wanted = verdict.limit;
      member.reason = verdict.reason;
    }
    const smallest = this.members.reduce((least, one) => (one.wanted < least.wanted ? one : least));
    if (smallest.wanted === this.limit) return null;
    this.limit = smallest.wanted;
    return { limit: this.limit, reason: smallest.reason, law: smallest.law.name };
  }
}
