import { expect, test } from 'vitest';
import { range } from '../support/turn.ts';
import '../support/unhandled.ts';
import { sharedSoak } from './support/shared-soak.ts';
import { soak } from './support/soak.ts';

test.each(range(120).map((n) => 7_000 + n))(
  'seed %i: no stale, lost or doubled value, nothing left over',
  async (seed) => {
    const { faults, calls, computations, given } = await soak(seed);
    expect(faults).toEqual([]);
    expect(calls).toBeGreaterThan(150);
    expect(given).toBeGreaterThan(50);
    expect(computations).toBeLessThan(calls);
  },
);

test.each(range(60).map((n) => 8_000 + n))(
  'seed %i: what one of several caches on a store invalidates, none is given from there',
  async (seed) => {
    const { faults, found } = await sharedSoak(seed);
    expect(faults).toEqual([]);
    expect(found).toBeGreaterThan(5);
  },
);
