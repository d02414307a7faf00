import { expect, test } from 'vitest';
import { formatBytes } from '../../src/report/bytes.ts';
import { countOf, formatCount } from '../../src/report/count.ts';

test.each([
  [0, '0 B'],
  [512, '512 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [10 * 1024, '10 KiB'],
  [1024 ** 2 - 1, '1 MiB'],
  [20 * 1024 ** 3, '20 GiB'],
  [1024 ** 6, '1024 PiB'],
  [Number.NaN, '?'],
  [-5, '?'],
])('%d bytes are "%s" to people', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1_234_567, '1,234,567'],
])('the number %d is written "%s"', (value, text) => {
  expect(formatCount(value)).toBe(text);
});

test('one thing is not several', () => {
  expect([countOf(0, 'job'), countOf(1, 'job'), countOf(1200, 'job')]).toEqual([
    '0 jobs',
    '1 job',
    '1,200 jobs',
  ]);
  expect(countOf(2, 'entry', 'entries')).toBe('2 entries');
});
