import { expect, test } from 'vitest';
import { parseDuration } from '../../../src/config/values/duration.ts';

test.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['10', 10_000],
  ['1.5', 1500],
  ['.5s', 500],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['0.1ms', 0.1],
])('the duration %s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  '',
  '0',
  '0s',
  '-1',
  '1d',
  '10 s',
  '1e3',
  's',
  '1,5s',
  'Infinity',
  'NaN',
  '9999h',
  '١s',
])('the duration %j is refused', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});
