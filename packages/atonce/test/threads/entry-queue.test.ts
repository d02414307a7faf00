import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/threads/chunk.ts';
import { EntryQueue } from '../../src/threads/entry-queue.ts';

const entry = (index: number): Entry => ({ item: index, index, attempt: 1 });
const indexes = (entries: readonly Entry[]): number[] => entries.map(({ index }) => index);

describe('the queue of entries', () => {
  test('leaves suspects apart and those given back in front when another one is removed', () => {
    const queue = new EntryQueue();
    const [suspect, returned, removed, fresh] = [0, 1, 2, 3].map(entry) as Entry[];
    queue.push(removed as Entry);
    queue.push(fresh as Entry);
    queue.giveBack(suspect as Entry, true);
    queue.giveBack(returned as Entry, false);
    expect(queue.remove(removed as Entry)).toBe(true);
    expect(queue.remove(removed as Entry)).toBe(false);
    expect([queue.size, queue.suspects]).toEqual([3, 1]);
    expect(indexes(queue.take(10))).toEqual([1, 3]);
    expect(queue.takeSuspect()).toBe(suspect);
    expect(queue.size).toBe(0);
  });

  test('gives every entry that was not removed once, in order', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('push' as const) }),
      fc.record({ kind: fc.constant('take' as const), count: fc.nat(5) }),
      fc.record({ kind: fc.constant('remove' as const), index: fc.nat(30) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new EntryQueue();
        const made: Entry[] = [];
        let expected: Entry[] = [];
        for (const one of steps) {
          if (one.kind === 'push') {
            const fresh = entry(made.length);
            made.push(fresh);
            expected.push(fresh);
            queue.push(fresh);
          } else if (one.kind === 'take')
            expect(queue.take(one.count)).toEqual(expected.splice(0, one.count));
          else {
            const victim = made[one.index];
            if (victim === undefined) continue;
            expect(queue.remove(victim)).toBe(expected.includes(victim));
            expected = expected.filter((kept) => kept !== victim);
          }
          expect(queue.size).toBe(expected.length);
        }
        expect(queue.drain()).toEqual(expected);
      }),
    );
  });
});
