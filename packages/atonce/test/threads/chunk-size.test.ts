import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChunkSize } from '../../src/threads/chunk-size.ts';

/** Lets the law size chunks of items with the given costs until it has settled; gives the sizes. */
function sizes(costMs: (index: number) => number, total: number, overheadMs = 0.03): number[] {
  const law = new ChunkSize();
  const taken: number[] = [];
  let sent = 0;
  while (sent < total) {
    const size = Math.min(law.next(total - sent, 2), total - sent);
    let workMs = 0;
    for (let index = sent; index < sent + size; index++) workMs += costMs(index);
    law.record({ items: size, workMs, postMs: 0.005 + size * 0.0001, overheadMs });
    taken.push(size);
    sent += size;
  }
  return taken;
}

describe('the law of chunk sizes', () => {
  test('begins with one item and covers every item exactly', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 20, noNaN: true }),
        (total, ms) => {
          const taken = sizes(() => ms, total);
          expect(taken[0]).toBe(1);
          expect(taken.reduce((sum, size) => sum + size, 0)).toBe(total);
          expect(Math.min(...taken)).toBeGreaterThanOrEqual(1);
        },
      ),
    );
  });

  test.each([0.0001, 0.001, 0.008, 0.08])(
    'keeps the message below 5 %% of the chunk at %f ms an item',
    (itemMs) => {
      const taken = sizes(() => itemMs, 1_000_000);
      const steady = taken[Math.floor(taken.length / 3)] as number;
      const workMs = steady * itemMs;
      // No-ops cannot carry their message at any size; their chunks end at the most items a message takes.
      if (steady < 8192) expect(0.03 / workMs).toBeLessThan(0.05);
      expect(workMs).toBeLessThanOrEqual(50);
    },
  );

  test('sends items that take long one by one', () => {
    expect(sizes(() => 10, 50)).toEqual(Array(50).fill(1));
  });

  test('never plans more work than 50 ms, whatever messages seem to cost', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 1000, noNaN: true }),
        (itemMs, overheadMs) => {
          for (const size of sizes(() => itemMs, 3000, overheadMs))
            expect(size === 1 || size * itemMs <= 50.001).toBe(true);
        },
      ),
    );
  });

  test('leaves at least four chunks for each worker of what is not sent yet', () => {
    const law = new ChunkSize();
    for (let round = 0; round < 20; round++)
      law.record({ items: 4096, workMs: 0.4, postMs: 0.5, overheadMs: 0.03 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 64 }),
        (remaining, workers) => {
          expect(law.next(remaining, workers)).toBeLessThanOrEqual(
            Math.ceil(remaining / (4 * workers)),
          );
        },
      ),
    );
  });

  test('grows at most fourfold from one chunk to the next', () => {
    const taken = sizes(() => 0.0005, 200_000);
    for (let at = 1; at < taken.length; at++)
      expect(taken[at]).toBeLessThanOrEqual(4 * (taken[at - 1] as number));
  });

  test('is not thrown off by one item in a hundred that costs a hundred times as much', () => {
    const itemMs = 0.08;
    const heavy = (index: number): number => (index % 100 === 0 ? 100 * itemMs : itemMs);
    const taken = sizes(heavy, 20_000);
    // The first item is a heavy one; a mean over chunks would stay at one item a chunk.
    const steady = taken.slice(taken.length >> 2, -20);
    const mean = steady.reduce((sum, size) => sum + size, 0) / steady.length;
    expect(mean).toBeGreaterThan(5);
    expect(Math.max(...taken) * itemMs * 2).toBeLessThan(50);
  });

  test('bounds how long one message holds the sender', () => {
    const law = new ChunkSize();
    for (let round = 0; round < 20; round++)
      law.record({ items: 4, workMs: 0.04, postMs: 4, overheadMs: 5 });
    expect(law.next(1_000_000, 2)).toBeLessThanOrEqual(4);
  });

  test('keeps two short chunks in flight, and one of long items', () => {
    const law = new ChunkSize();
    expect(law.depth(1)).toBe(2);
    law.record({ items: 1, workMs: 10, postMs: 0, overheadMs: undefined });
    expect(law.depth(1)).toBe(1);
  });

  test('follows items that become cheaper, and costlier', () => {
    const taken = sizes((index) => (index < 2000 ? 1 : 0.001), 1_000_000);
    expect(Math.max(...taken)).toBeGreaterThan(1000);
    const rising = sizes((index) => (index < 50_000 ? 0.001 : 2), 50_200);
    expect(rising.at(-30)).toBeLessThanOrEqual(2);
  });
});
