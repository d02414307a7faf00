import { expect, test } from 'vitest';
import { range } from '../support/turn.ts';
import '../support/unhandled.ts';
import { soak } from './support/soak.ts';

test('two thousand random histories with errors, aborts, evictions and a bad store', async () => {
  let calls = 0;
  let storeFailures = 0;
  for (const seed of range(2_000)) {
    const result = await soak(seed);
    expect(result.faults, `seed ${seed}`).toEqual([]);
    calls += result.calls;
    storeFailures += result.storeFailures;
  }
  expect(calls).toBeGreaterThan(400_000);
  expect(storeFailures).toBeGreaterThan(10_000);
});
