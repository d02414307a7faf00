import { describe, expect, test, vi } from 'vitest';
import { adaptiveLimit } from '../../../../../src/engine/limits/adaptive/adaptive-limit.ts';
import type { LawState, Verdict } from '../../../../../src/engine/limits/adaptive/law.ts';
import { resourcesLaw } from '../../../../../src/engine/limits/adaptive/laws/resources.ts';
import type { LoadReading } from '../../../../../src/engine/limits/adaptive/readings.ts';
import { settingOf, useOf } from './use-of.ts';

/** Looks at these loads, one a second. */
function looks(loads: readonly LoadReading[], inFlight = 1_000): (Verdict | null)[] {
  const left = [...loads];
  const readings = (): LoadReading => left.shift() ?? {};
  const state: LawState = resourcesLaw().start(settingOf({ readings, initial: 40 }));
  return loads.map((_, second) => state.observe(useOf({ nowMs: second * 1_000, inFlight })));
}

describe('the limit is halved', () => {
  test.each<[LoadReading, string]>([
    [{ cpuShare: 0.81 }, 'processor 81 % in use'],
    [{ memoryShare: 0.95, cpuShare: 0.1 }, 'memory 95 % in use'],
    [{ eventLoopDelayMs: 101 }, 'event loop 101 ms late'],
  ])('at %j', (load, reason) => {
    expect(looks([load])).toEqual([{ limit: 20, reason }]);
  });

  test('at each look, down to the least', () => {
    const limits = looks(Array<LoadReading>(8).fill({ cpuShare: 1 })).map((one) => one?.limit);
    expect(limits).toEqual([20, 10, 5, 2.5, 1.25, 1, 1, 1]);
  });
});

describe('the limit is doubled', () => {
  const idle = { cpuShare: 0.2, memoryShare: 0.3, eventLoopDelayMs: 3 };

  test('after two quiet looks in a row, and not beyond the most', () => {
    const limits = looks([idle, idle, idle, idle, idle]).map((one) => one?.limit);
    expect(limits).toEqual([undefined, 80, undefined, 100, undefined]);
  });

  test('not while it is not in use', () => {
    expect(looks([idle, idle, idle], 10)).toEqual([null, null, null]);
  });

  test.each<LoadReading>([
    { cpuShare: 0.5 },
    { cpuShare: 0.1, memoryShare: 0.6 },
    { cpuShare: 0.1, eventLoopDelayMs: 60 },
  ])('not at %j, which is neither', (load) => {
    expect(looks([idle, load, idle, load])).toEqual([null, null, null, null]);
  });
});

test('the load is read once a second, however many uses end', () => {
  const readings = vi.fn(() => ({}));
  const state = resourcesLaw().start(settingOf({ readings }));
  for (let ms = 0; ms < 5_000; ms++) state.observe(useOf({ nowMs: ms }));
  expect(readings).toHaveBeenCalledTimes(5);
});

test('it cannot be used without readings', () => {
  expect(() => adaptiveLimit({ law: resourcesLaw() })).toThrow('needs `readings`');
});

test.each([{ high: 0 }, { high: 2 }, { low: 0.9 }, { low: -1 }, { intervalMs: 0 }, { hihg: 1 }])(
  'options %j are refused',
  (options) => {
    expect(() => resourcesLaw(options as never)).toThrow();
  },
);
