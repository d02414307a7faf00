import { expect, test } from 'vitest';
import { formatAge, formatDuration } from '../../src/report/duration.ts';

test.each([
  [0, '0 ms'],
  [0.04, '0 ms'],
  [1, '1 ms'],
  [1.25, '1.3 ms'],
  [9.94, '9.9 ms'],
  [9.96, '10 ms'],
  [999.4, '999 ms'],
  [999.6, '1 s'],
  [1250, '1.25 s'],
  [9994, '9.99 s'],
  [9996, '10 s'],
  [12_345, '12.3 s'],
  [59_949, '59.9 s'],
  [59_951, '1 min 00 s'],
  [125_000, '2 min 05 s'],
  [3_599_600, '1 h 00 min'],
  [12_000_000, '3 h 20 min'],
  [Number.NaN, '?'],
  [-1, '?'],
  [Infinity, '?'],
])('%d milliseconds are "%s" to people', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [0, '0.0s'],
  [9_949, '9.9s'],
  [9_950, '10s'],
  [59_499, '59s'],
  [59_500, '1m00s'],
  [125_000, '2m05s'],
  [12_000_000, '3h20m'],
  [100 * 3_600_000, '4d'],
  [Number.NaN, '?'],
])('an age of %d milliseconds is "%s"', (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});

test('a duration on its way up never shows 60 seconds or 60 minutes', () => {
  for (let ms = 59_000; ms < 61_000; ms += 7) expect(formatDuration(ms)).not.toMatch(/\b60/);
  for (let ms = 3_590_000; ms < 3_610_000; ms += 97) expect(formatDuration(ms)).not.toMatch(/\b60/);
  for (let ms = 59_000; ms < 61_000; ms += 7) expect(formatAge(ms)).not.toMatch(/\b60/);
});
