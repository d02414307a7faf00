import { expect, test } from 'vitest';
import { parseDuration } from '../../src/config/values/duration.ts';
import { parseHalt } from '../../src/operations/values/halt.ts';
import { countJobs, parseJobs } from '../../src/config/values/jobs.ts';
import { jobsOption } from '../../src/operations/values/jobs.ts';
import { parseRate } from '../../src/operations/values/rate.ts';
import { parseSize } from '../../src/operations/values/size.ts';

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

test.each([
  ['64k', 65_536],
  ['10M', 10_485_760],
  ['1G', 1_073_741_824],
  ['1.5K', 1536],
  ['7', 7],
])('the size %s is %d bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(['', '0', '-1k', '1T', '1kb', 'k', '99999999999999G'])(
  'the size %j is refused',
  (text) => {
    expect(parseSize(text)).toBeUndefined();
  },
);

test('only the option knows adaptive: a setting of its own says so in files', () => {
  const { parse } = jobsOption({ doc: 'Jobs.' });
  expect(['adaptive', 'auto', 'Adaptive'].map(parse)).toEqual(['adaptive', 'auto', undefined]);
  expect(parseJobs('adaptive')).toBeUndefined();
});

test('jobs are a number, a part of the cores, or auto', () => {
  const on8 = (text: string): number => countJobs(parseJobs(text) ?? 'auto', 8);
  expect(['4', 'auto', '50%', '1%', '200%', '100000'].map(on8)).toEqual([4, 8, 4, 1, 16, 100_000]);
});

test.each(['0', '-1', '+1', '1.5', '', '%', '0%', '-5%', 'all', '100001', '1e3', ' 4', '0x4'])(
  'jobs %j are refused',
  (text) => {
    expect(parseJobs(text)).toBeUndefined();
  },
);

test.each([
  ['never', { when: 'never' }],
  ['soon,fail=1', { when: 'soon', failures: 1 }],
  ['now,fail=20', { when: 'now', failures: 20 }],
  ['soon,fail=10%', { when: 'soon', failurePercent: 10 }],
  ['now,fail=100%', { when: 'now', failurePercent: 100 }],
])('the halt %s is understood', (text, halt) => {
  expect(parseHalt(text)).toEqual(halt);
});

test.each([
  '',
  'soon',
  'now',
  'fail=1',
  'now,fail=0',
  'now,fail=0%',
  'now,fail=101%',
  'now,success=1',
])('the halt %j is refused', (text) => {
  expect(parseHalt(text)).toBeUndefined();
});

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
