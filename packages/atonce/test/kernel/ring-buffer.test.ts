import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RingBuffer } from '../../src/kernel/ring-buffer.ts';

test('a ring buffer gives what an array gives, whatever is pushed, shifted and cleared', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.option(fc.integer(), { nil: undefined }) },
    { weight: 4, arbitrary: fc.constant('shift' as const) },
    { weight: 1, arbitrary: fc.constant('clear' as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const ring = new RingBuffer<number | undefined>();
      let model: (number | undefined)[] = [];
      for (const one of steps) {
        if (one === 'shift') expect(ring.shift()).toBe(model.shift());
        else if (one === 'clear') {
          ring.clear();
          model = [];
        } else {
          ring.push(one);
          model.push(one);
        }
        expect(ring.peek()).toBe(model[0]);
        expect(ring.size).toBe(model.length);
      }
    }),
  );
});

test('a ring buffer grows wherever its head stands', () => {
  for (let head = 0; head < 16; head++) {
    const ring = new RingBuffer<number>();
    for (let n = 0; n < head; n++) ring.push(-1);
    for (let n = 0; n < head; n++) ring.shift();
    for (let n = 0; n < 100; n++) ring.push(n);
    expect(Array.from({ length: 100 }, () => ring.shift())).toEqual(
      Array.from({ length: 100 }, (_, n) => n),
    );
  }
});

test('a falsy item is an item', () => {
  const ring = new RingBuffer<unknown>();
  const falsy = [0, '', null, undefined, false, Number.NaN];
  for (const item of falsy) ring.push(item);
  expect(ring.size).toBe(6);
  expect(falsy.map(() => ring.shift())).toEqual(falsy);
});
