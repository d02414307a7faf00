import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { LawSetting, LawState } from '../../../../../src/engine/limits/adaptive/law.ts';
import { throughputLaw } from '../../../../../src/engine/limits/adaptive/laws/throughput.ts';
import type { LoadReading } from '../../../../../src/engine/limits/adaptive/readings.ts';
import { seededRandom } from '../../../../../src/kernel/random.ts';
import { settingOf, useOf } from './use-of.ts';

/** Lets a law steer a far side whose latency is a function of what is in flight. */
class Drive {
  limit: number;
  readonly limits: number[] = [];
  readonly reasons: string[] = [];
  private readonly state: LawState;
  private nowMs = 0;

  constructor(setting: Partial<LawSetting> = {}) {
    const full = settingOf({ initial: 8, max: 256, ...setting });
    this.state = throughputLaw().start(full);
    this.limit = full.initial;
  }

  /** So many uses of which each takes what `latencyMs` says, with `inFlight` slots in use. */
  run(uses: number, latencyMs: (inFlight: number) => number, mostInFlight = Infinity): this {
    for (let use = 0; use < uses; use++) {
      const inFlight = Math.min(this.limit, mostInFlight);
      const durationMs = latencyMs(inFlight);
      this.nowMs += durationMs / inFlight;
      this.observe({ durationMs, inFlight });
    }
    return this;
  }

  overload(durationMs = 0): this {
    this.observe({ durationMs, inFlight: this.limit, result: 'overload' });
    return this;
  }

  private observe(use: Parameters<typeof useOf>[0]): void {
    const verdict = this.state.observe(useOf({ nowMs: this.nowMs, limit: this.limit, ...use }));
    if (verdict === null) return;
    this.limit = Math.max(1, Math.round(verdict.limit));
    this.limits.push(this.limit);
    this.reasons.push(verdict.reason);
  }
}

const queueOf =
  (capacity: number, degrading = 0) =>
  (inFlight: number): number => {
    const beyond = Math.max(0, inFlight - capacity) / capacity;
    return 100 * Math.max(1, inFlight / capacity) * (1 + degrading * beyond);
  };

test.each([1, 2, 5, 12, 40, 100])('it finds a capacity of %i', (capacity) => {
  const { limit } = new Drive().run(20_000, queueOf(capacity, 1));
  expect(limit).toBeGreaterThanOrEqual(capacity * 0.75);
  expect(limit).toBeLessThanOrEqual(Math.ceil(capacity * 1.3) + 1);
});

test('it doubles at once while that pays, up to the most', () => {
  const { limits, reasons } = new Drive({ max: 100 }).run(600, queueOf(1_000));
  expect(limits.slice(0, 4)).toEqual([16, 32, 64, 100]);
  expect(reasons[0]).toBe('doubling while it pays');
});

test('it does not grow while the limit is not used', () => {
  const drive = new Drive().run(5_000, queueOf(1_000), 5);
  expect(drive.limits).toEqual([]);
});

describe('an overload', () => {
  test('cuts the limit once for all that were in flight together', () => {
    const drive = new Drive();
    for (let use = 0; use < 8; use++) drive.overload(100);
    expect(drive.limits).toEqual([5]);
    expect(drive.reasons).toEqual(['overload']);
  });

  test('cuts again when what was started since is refused too', () => {
    const drive = new Drive({ initial: 100 }).overload(100).run(60, queueOf(1_000)).overload(0);
    expect(drive.limits.slice(0, 2)).toEqual([70, 49]);
  });

  test('is remembered: the limit stays below for a while, and not for ever', () => {
    const drive = new Drive({ initial: 40 }).overload();
    const from = drive.limits.length;
    drive.run(500, queueOf(1_000));
    expect(Math.max(...drive.limits.slice(from))).toBeLessThan(40);
    drive.run(50_000, queueOf(1_000));
    expect(Math.max(...drive.limits)).toBeGreaterThan(100);
  });
});

describe('with readings', () => {
  test.each<LoadReading>([{ cpuShare: 0.97 }, { eventLoopDelayMs: 150 }])(
    'it does not grow at %j',
    (load) => {
      const drive = new Drive({ readings: () => load }).run(3_000, queueOf(1_000));
      expect(Math.max(8, ...drive.limits)).toBe(8);
    },
  );

  test('it shrinks when memory is nearly full, and says so', () => {
    const drive = new Drive({ readings: () => ({ memoryShare: 0.95 }), initial: 64 });
    drive.run(200, queueOf(1_000));
    expect(drive.limits[0]).toBe(44);
    expect(drive.reasons[0]).toBe('memory is nearly full');
  });

  test('it reads four times a second at the most', () => {
    const readings = vi.fn(() => ({}));
    new Drive({ readings, max: 8 }).run(8_000, () => 1);
    // 8,000 uses of a millisecond, eight at a time, are a second.
    expect(readings.mock.calls.length).toBeLessThanOrEqual(5);
  });
});

test('own errors change nothing', () => {
  const state = throughputLaw().start(settingOf());
  for (let use = 0; use < 500; use++) expect(state.observe(useOf({ result: 'ignore' }))).toBeNull();
});

test('whatever it is told, it stays within its bounds', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 2 ** 31 }),
      (min, more, seed) => {
        const random = seededRandom(seed);
        const max = min + more;
        const state = throughputLaw().start(settingOf({ min, max, initial: min, random }));
        let limit = min;
        for (let use = 0; use < 3_000; use++) {
          const draw = random();
          const result = draw < 0.05 ? 'overload' : draw < 0.1 ? 'ignore' : 'success';
          const durationMs = random() < 0.1 ? 0 : random() * 1_000;
          const told = {
            ...useOf({ nowMs: use * 10, durationMs, result }),
            inFlight: limit,
            limit,
          };
          const verdict = state.observe(told);
          if (verdict === null) continue;
          limit = verdict.limit;
          if (!(limit >= min && limit <= max)) throw new RangeError(`${limit}, seed ${seed}`);
        }
      },
    ),
    { numRuns: 60 },
  );
});
