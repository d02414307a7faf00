import { expect, test } from 'vitest';
import { parseRate } from '../../../src/operations/values/rate.ts';

test.each([
  ['5/s', { limit: 5, intervalMs: 1000 }],
  ['100/m', { limit: 100, intervalMs: 60_000 }],
  ['100/min', { limit: 100, intervalMs: 60_000 }],
  ['1000/h', { limit: 1000, intervalMs: 3_600_000 }],
])('the rate %s is understood', (text, rate) => {
  expect(parseRate(text)).toEqual(rate);
});

test.each(['', '5', '0/s', '5/d', '1.5/s', '-1/s', '/s', '5/', '5 / s'])(
  'the rate %j is refused',
  (text) => {
    expect(parseRate(text)).toBeUndefined();
  },
);
