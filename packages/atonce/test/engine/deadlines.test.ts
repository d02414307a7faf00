import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deadlines, type Expiring } from '../../src/engine/deadlines.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { jumpClock } from './support/jump-clock.ts';

class Entry implements Expiring {
  readonly id: number;
  deadline = 0;
  earlier: Expiring | null = null;
  later: Expiring | null = null;
  timed = false;
  constructor(id: number) {
    this.id = id;
  }
}

test('expires exactly what a plain list of deadlines would, in that order', async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant({ do: 'add' as const, n: 0 }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), n: fc.nat() }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('wait' as const), n: fc.nat({ max: 40 }) }),
    },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.integer({ min: 1, max: 50 }),
      async (steps, timeoutMs) => {
        const clock = fakeClock();
        const expired: number[] = [];
        const deadlines = new Deadlines<Entry>(timeoutMs, clock, ({ id }) => expired.push(id));
        const entries: Entry[] = [];
        let model: { id: number; at: number }[] = [];
        const modelExpired: number[] = [];
        for (const { do: what, n } of steps) {
          if (what === 'add') {
            const entry = new Entry(entries.length);
            entries.push(entry);
            deadlines.add(entry, clock.now());
            model.push({ id: entry.id, at: clock.now() + timeoutMs });
          } else if (what === 'remove') {
            const entry = entries[n % Math.max(1, entries.length)];
            if (entry !== undefined) deadlines.remove(entry);
            model = model.filter(({ id }) => id !== entry?.id);
          } else {
            await clock.advance(n);
            modelExpired.push(...model.filter(({ at }) => at <= clock.now()).map(({ id }) => id));
            model = model.filter(({ at }) => at > clock.now());
          }
          expect(expired).toEqual(modelExpired);
          expect(entries.filter(({ timed }) => timed).map(({ id }) => id)).toEqual(
            model.map(({ id }) => id),
          );
        }
        deadlines.clear();
        expect(clock.pending).toBe(0);
        expect(entries.some(({ timed }) => timed)).toBe(false);
      },
    ),
    { numRuns: 100 },
  );
});

test('an entry that expires may be added again from within the callback', async () => {
  const clock = fakeClock();
  const at: number[] = [];
  const deadlines = new Deadlines<Entry>(10, clock, (entry) => {
    at.push(clock.now());
    if (at.length < 3) deadlines.add(entry, clock.now());
  });
  deadlines.add(new Entry(0), 0);
  await clock.advance(100);
  expect(at).toEqual([10, 20, 30]);
  expect(clock.pending).toBe(0);
});

test('one timer serves a thousand entries', () => {
  const clock = fakeClock();
  const deadlines = new Deadlines<Entry>(10, clock, () => undefined);
  for (let id = 0; id < 1_000; id++) deadlines.add(new Entry(id), 0);
  expect(clock.pending).toBe(1);
});

test('after a standstill what started during it does not outlive what starts after it', () => {
  const clock = jumpClock();
  const expired: number[] = [];
  const deadlines = new Deadlines<Entry>(2_000, clock, ({ id }) => expired.push(id));
  deadlines.add(new Entry(0), 0);
  clock.jump(0);
  // Added while the timer is overdue, as happens when the event loop is blocked.
  deadlines.add(new Entry(1), 9_000);
  clock.jump(10_000);
  expect(expired).toEqual([]);
  deadlines.add(new Entry(2), 10_000);
  clock.jump(2_000);
  expect(expired).toEqual([0, 1, 2]);
});
