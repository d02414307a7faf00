import { expect, test } from 'vitest';
import '../engine/support/unhandled.ts';
import { primitives } from './primitives/all.ts';
import { assertSound, simulate } from './simulate.ts';

const { STRESS_SEED, STRESS_LANES = '1100', STRESS_MINUTES = '10' } = process.env;
const size = { lanes: Number(STRESS_LANES), minutes: Number(STRESS_MINUTES) };
/** A few seconds, unless the machine is busy with other things. */
const HANG_MS = 180_000;

const seeds = STRESS_SEED === undefined ? [1, 2, 3] : [Number(STRESS_SEED)];

test.each(seeds)(
  'seed %i: ten minutes of every primitive at once, with failures, aborts and timeouts, leave nothing behind',
  async (seed) => {
    const result = await simulate({ seed, ...size });
    assertSound(result);
    if (STRESS_SEED !== undefined) return;
    expect(result.least).toBeGreaterThanOrEqual(1_000);
    expect(Math.min(result.kept, result.broken)).toBeGreaterThan(2_000);
    for (const primitive of Object.keys(primitives))
      expect(result.ended[primitive], primitive).toBeGreaterThan(100);
  },
  HANG_MS,
);

test('the same seed plays the same program, to the millisecond', async () => {
  const small = { seed: 7, lanes: 100, minutes: 1 };
  const [one, again, other] = [
    await simulate(small),
    await simulate(small),
    await simulate({ ...small, seed: 8 }),
  ];
  expect(again).toEqual(one);
  expect(other.digest).not.toBe(one.digest);
});
