import type { LawSetting, SlotUse } from '../../../../../src/engine/limits/adaptive/law.ts';
import { seededRandom } from '../../../../../src/kernel/random.ts';

/** A use of a slot with the limit fully used, and what the test says about it. */
export function useOf(use: Partial<SlotUse> = {}): SlotUse {
  const told = { nowMs: 0, durationMs: 10, result: 'success', ended: true } as const;
  return { ...told, inFlight: 1_000, limit: 1_000, ...use };
}

/** What a law is started with, and what the test says about it. */
export function settingOf(setting: Partial<LawSetting> = {}): LawSetting {
  return { min: 1, initial: 10, max: 100, readings: null, random: seededRandom(1), ...setting };
}
