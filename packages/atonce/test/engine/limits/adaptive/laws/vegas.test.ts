import { expect, test } from 'vitest';
import { vegasLaw } from '../../../../../src/engine/limits/adaptive/laws/vegas.ts';
import { settingOf, useOf } from './use-of.ts';

test('the limit grows while no queue is to be seen, and stays between', () => {
  const state = vegasLaw().start(settingOf());
  expect(state.observe(useOf({ durationMs: 10 }))).toBeNull();
  expect(state.observe(useOf({ durationMs: 10 }))).toMatchObject({ limit: 16, reason: 'no queue' });
  expect(state.observe(useOf({ durationMs: 11 }))).toMatchObject({ limit: 17 });
  expect(state.observe(useOf({ durationMs: 14 }))).toBeNull();
});

test('it shrinks by one when the queue is long, and with each overload', () => {
  const state = vegasLaw().start(settingOf({ initial: 20 }));
  state.observe(useOf({ durationMs: 10 }));
  expect(state.observe(useOf({ durationMs: 30 }))).toMatchObject({
    limit: 19,
    reason: 'a long queue',
  });
  expect(state.observe(useOf({ result: 'overload' }))).toMatchObject({ limit: 18 });
  expect(state.observe(useOf({ result: 'ignore' }))).toBeNull();
  expect(state.observe(useOf({ inFlight: 8 }))).toBeNull();
});

test('the lowest latency is measured anew now and then', () => {
  const state = vegasLaw().start(settingOf());
  state.observe(useOf({ durationMs: 1 }));
  const reasons = Array.from({ length: 400 }, () => state.observe(useOf())?.reason);
  expect(reasons[0]).toBe('a long queue');
  expect(reasons).toContain('no queue');
});
