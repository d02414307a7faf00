import { expect, test } from 'vitest';
import { tokensRemainingLaw } from '../../../../../src/engine/limits/adaptive/laws/tokens-remaining.ts';
import { settingOf, useOf } from './use-of.ts';

function lawAt(share: () => number | undefined) {
  return tokensRemainingLaw({ remainingShare: share }).start(settingOf({ initial: 20, max: 256 }));
}

test('a tenth of the budget or less allows at most 16', () => {
  let share = 0.11;
  const state = lawAt(() => share);
  expect(state.observe(useOf())).toBeNull();
  share = 0.1;
  expect(state.observe(useOf())).toEqual({ limit: 16, reason: '10 % of the budget left' });
  expect(state.observe(useOf())).toBeNull();
});

test('half of it or more lets the limit double once a second, up to 128', () => {
  const state = lawAt(() => 0.5);
  const limits = Array.from({ length: 9 }, (_, look) =>
    state.observe(useOf({ nowMs: look * 500 })),
  ).map((verdict) => verdict?.limit);
  expect(limits).toEqual([
    40,
    undefined,
    80,
    undefined,
    128,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('nothing changes in between, while nobody knows, or while the limit is not used', () => {
  let share: number | undefined = 0.3;
  const state = lawAt(() => share);
  expect(state.observe(useOf())).toBeNull();
  share = undefined;
  expect(state.observe(useOf())).toBeNull();
  share = Number.NaN;
  expect(state.observe(useOf())).toBeNull();
  share = 1;
  expect(state.observe(useOf({ inFlight: 3 }))).toBeNull();
});

test.each([{}, { remainingShare: 1 }, { remainingShare: () => 1, plenty: 3 }])(
  'options %j are refused',
  (options) => {
    expect(() => tokensRemainingLaw(options as never)).toThrow();
  },
);
