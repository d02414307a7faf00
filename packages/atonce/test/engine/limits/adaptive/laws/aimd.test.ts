import { expect, test } from 'vitest';
import { aimdLaw } from '../../../../../src/engine/limits/adaptive/laws/aimd.ts';
import { settingOf, useOf } from './use-of.ts';

test('a success adds a slot while the limit is in use', () => {
  const state = aimdLaw().start(settingOf());
  expect(state.observe(useOf())).toMatchObject({ limit: 11 });
  expect(state.observe(useOf({ inFlight: 5 }))).toBeNull();
  expect(state.observe(useOf({ inFlight: 6 }))).toMatchObject({ limit: 12 });
});

test('an overload and a slow use take a share', () => {
  const state = aimdLaw({ backoff: 0.5, slowMs: 100 }).start(settingOf());
  expect(state.observe(useOf({ result: 'overload' }))).toMatchObject({
    limit: 5,
    reason: 'overload',
  });
  expect(state.observe(useOf({ durationMs: 101 }))).toMatchObject({
    limit: 2.5,
    reason: 'slow use',
  });
});

test('what says nothing of the load changes nothing', () => {
  const state = aimdLaw().start(settingOf());
  expect(state.observe(useOf({ result: 'ignore', durationMs: 60_000 }))).toBeNull();
});

test('the limit stays within its bounds', () => {
  const state = aimdLaw().start(settingOf({ min: 9, max: 11 }));
  state.observe(useOf());
  expect(state.observe(useOf())).toBeNull();
  for (let use = 0; use < 9; use++) state.observe(useOf({ result: 'overload' }));
  expect(state.observe(useOf())).toMatchObject({ limit: 10 });
});

test.each([{ backoff: 0 }, { backoff: 1 }, { slowMs: 0 }, { slowMs: 'x' }, { back: 1 }])(
  'options %j are refused',
  (options) => {
    expect(() => aimdLaw(options as never)).toThrow();
  },
);
