import { describe, expect, test } from 'vitest';
import '../engine/support/unhandled.ts';
import type { Sabotage } from './sabotage.ts';
import { assertSound, simulate } from './simulate.ts';
import { keptBytes } from './watch/heap.ts';

const SOAK_MS = 30_000;

test('programs of ten minutes, one after another for half a minute, are all sound', async () => {
  const endMs = performance.now() + SOAK_MS;
  let seed = 1_000;
  for (; performance.now() < endMs; seed++) assertSound(await simulate({ seed }));
  expect(seed).toBeGreaterThan(1_001);
});

describe('memory', () => {
  interface Rounds {
    /** Until the code is compiled. */
    readonly before: number;
    readonly measured: number;
  }

  /** Bytes by which the heap grows for each operation. */
  async function grownPerOperation(rounds: Rounds, sabotage?: Sabotage): Promise<number> {
    let before = 0;
    let operations = 0;
    for (let seed = 0; seed < rounds.before + rounds.measured; seed++) {
      if (seed === rounds.before) before = await keptBytes();
      const result = await simulate({ seed, lanes: 100, minutes: 2, sabotage });
      assertSound(result);
      if (seed < rounds.before) continue;
      operations += Object.values(result.ended).reduce((sum, ended) => sum + ended, 0);
    }
    return ((await keptBytes()) - before) / operations;
  }

  // An object with one field takes 56 bytes, and its place in a list 8.
  const MOST_BYTES = 64;

  test('does not grow with the number of programs', async () => {
    expect(await grownPerOperation({ before: 60, measured: 80 })).toBeLessThan(MOST_BYTES);
  });

  test('that grew by one small object for each operation would be noticed', async () => {
    const hoard: object[] = [];
    const promise = <V>(made: Promise<V>): Promise<V> => {
      hoard.push({ number: hoard.length });
      return made;
    };
    const grown = await grownPerOperation({ before: 5, measured: 30 }, { promise });
    expect(grown).toBeGreaterThan(MOST_BYTES);
    expect(hoard.length).toBeGreaterThan(1_000);
  });
});
