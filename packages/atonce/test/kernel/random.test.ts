import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../src/kernel/random.ts';

test('every number lies from 0 up to but not including 1, for any seed', () => {
  fc.assert(
    fc.property(fc.double(), (seed) => {
      const random = seededRandom(seed);
      for (let n = 0; n < 50; n++) {
        const value = random();
        expect(value >= 0 && value < 1).toBe(true);
      }
    }),
  );
});

test('the same seed gives the same sequence, another seed another', () => {
  const draw = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 20 }, () => random());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test('the sequence is that of mulberry32', () => {
  const random = seededRandom(1);
  expect([random(), random(), random()]).toEqual([
    0.62707394058816135, 0.0027357211802154779, 0.52744703995995224,
  ]);
});

test('numbers are spread evenly over ten bins', () => {
  const random = seededRandom(42);
  const bins = Array.from({ length: 10 }, () => 0);
  for (let n = 0; n < 100_000; n++) bins[Math.floor(random() * 10)]!++;
  for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});
