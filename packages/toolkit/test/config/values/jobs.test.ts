import { expect, test } from 'vitest';
import { countJobs, parseJobs } from '../../../src/config/values/jobs.ts';

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
