import { expect, test } from 'vitest';
import { gradientLaw } from '../../../../../src/engine/limits/adaptive/laws/gradient.ts';
import { settingOf, useOf } from './use-of.ts';

test('the limit grows by a share of the queue while latency is as usual', () => {
  const state = gradientLaw().start(settingOf());
  expect(state.observe(useOf())?.limit).toBeCloseTo(10.8);
});

test('it falls when latency is well above its long-term level', () => {
  const state = gradientLaw({ queue: 0 }).start(settingOf({ initial: 50 }));
  for (let use = 0; use < 100; use++) state.observe(useOf());
  expect(state.observe(useOf({ durationMs: 15 }))?.limit).toBeCloseTo(50, 0);
  expect(state.observe(useOf({ durationMs: 40 }))?.limit).toBeLessThan(46);
});

test('overloads take a share, and a limit that is not used does not move', () => {
  const state = gradientLaw().start(settingOf());
  expect(state.observe(useOf({ result: 'overload' }))).toMatchObject({ limit: 9 });
  expect(state.observe(useOf({ result: 'ignore' }))).toBeNull();
  expect(state.observe(useOf({ inFlight: 4 }))).toBeNull();
  expect(state.observe(useOf({ durationMs: 0 }))).toBeNull();
});

test.each([{ tolerance: 0.9 }, { queue: -1 }, { smoothing: 0 }, { smoothing: 2 }, { tol: 1 }])(
  'options %j are refused',
  (options) => {
    expect(() => gradientLaw(options as never)).toThrow();
  },
);
