import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DurationSketch } from '../../../src/engine/pipeline/duration-sketch.ts';

test('quantiles are within 1 % of the exact ones, the mean is exact', () => {
  const ms = fc.double({ min: 0.01, max: 1e8, noNaN: true });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(ms, { minLength: 1, maxLength: 200 }), share, (all, at) => {
      const sketch = new DurationSketch();
      for (const one of all) sketch.record(one);
      const sorted = all.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(1, Math.ceil(at * all.length)) - 1] as number;
      expect(Math.abs(sketch.quantileMs(at) - exact) / exact).toBeLessThanOrEqual(0.0101);
      const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
      expect(sketch.meanMs).toBeCloseTo(mean, 3);
    }),
  );
});

test('nothing has no duration, and extremes stay within its range', () => {
  const sketch = new DurationSketch();
  expect([sketch.count, sketch.meanMs, sketch.quantileMs(0.95)]).toEqual([0, 0, 0]);
  for (const ms of [0, 1e-9, Number.MAX_VALUE]) sketch.record(ms);
  expect(sketch.quantileMs(0)).toBeLessThanOrEqual(0.001);
  expect(sketch.quantileMs(1)).toBeGreaterThan(2_000_000_000);
});
