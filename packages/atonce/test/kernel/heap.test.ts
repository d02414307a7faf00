import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Heap } from '../../src/kernel/heap.ts';

test('a heap gives what a sorted array gives, whatever is pushed and popped', () => {
  const steps = fc.array(fc.oneof(fc.integer(), fc.constant('pop' as const)), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (all) => {
      const heap = new Heap<number>((a, b) => a < b);
      const model: number[] = [];
      for (const step of all) {
        if (step === 'pop') {
          expect(heap.pop()).toBe(model.shift());
        } else {
          heap.push(step);
          model.push(step);
          model.sort((a, b) => a - b);
        }
        expect(heap.peek()).toBe(model[0]);
        expect(heap.size).toBe(model.length);
      }
    }),
  );
});

test('an empty heap has no top, also after it was emptied', () => {
  const heap = new Heap<number>((a, b) => a < b);
  expect([heap.pop(), heap.peek(), heap.size]).toEqual([undefined, undefined, 0]);
  heap.push(1);
  heap.pop();
  expect([heap.pop(), heap.peek(), heap.size]).toEqual([undefined, undefined, 0]);
});

test('a heap drains in order when the order breaks ties', () => {
  const entries = Array.from({ length: 500 }, (_, index) => ({ due: index % 7, index }));
  const heap = new Heap<(typeof entries)[number]>(
    (a, b) => a.due < b.due || (a.due === b.due && a.index < b.index),
  );
  for (const entry of entries) heap.push(entry);
  const drained = entries.map(() => heap.pop());
  expect(drained).toEqual(entries.toSorted((a, b) => a.due - b.due || a.index - b.index));
});
