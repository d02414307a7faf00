import { describe, expect, test } from 'vitest';
import { Agenda } from '../../../../../../benchmarks/src/cases/adaptive-limits/simulation/agenda.ts';
import { adaptiveLimit } from '../../../../src/engine/limits/adaptive/adaptive-limit.ts';
import { seededRandom } from '../../../../src/kernel/random.ts';

interface Bounds {
  readonly initial: number;
  readonly max: number;
}

/** The limit after each of so many tasks, of which none disturbs another. */
function levelsFor(tasks: number, { initial, max }: Bounds, msOf: (index: number) => number) {
  const clock = new Agenda();
  const limit = adaptiveLimit({ initial, max, clock, random: seededRandom(tasks + initial) });
  const levels: number[] = [];
  let begun = 0;
  do {
    while (begun < tasks && limit.tryAcquire()) {
      const ms = msOf(begun++);
      clock.after(ms, () => {
        limit.release('success', ms);
        levels.push(limit.concurrency);
      });
    }
  } while (clock.step());
  return levels;
}

const growths: Readonly<Record<string, (index: number) => number>> = {
  'by a second each': (index) => 1_000 * (index + 1),
  'by a tenth of a second each, from ten': (index) => 10_000 + 100 * index,
  'ever more slowly': (index) => 1_000 * Math.sqrt(index + 1),
  'to twice as long with every hundred': (index) => 100 * 2 ** (index / 100),
};

describe.each(Object.keys(growths))('tasks that grow %s', (growth) => {
  const msOf = growths[growth] as (index: number) => number;

  test.each([2, 3, 4, 8, 16, 64])(
    'are not taken for overload: of %i slots more than half stay',
    (initial) => {
      for (const tasks of [60, 200, 600, 2_000]) {
        const levels = levelsFor(tasks, { initial, max: initial * 8 }, msOf);
        expect(Math.min(...levels), `${tasks} tasks`).toBeGreaterThan(initial / 2);
      }
    },
  );

  test('get more slots where there is time to find that this pays', () => {
    const levels = levelsFor(2_000, { initial: 2, max: 16 }, msOf);
    expect(levels.at(-1)).toBeGreaterThanOrEqual(8);
  });
});

test('sixty jobs, each a second longer than the one before, never fall below the two they begin with', () => {
  const levels = levelsFor(60, { initial: 2, max: 16 }, (index) => 1_000 * (index + 1));
  expect(Math.min(...levels)).toBe(2);
  expect(Math.max(...levels)).toBeGreaterThan(2);
});
