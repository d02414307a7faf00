import { expect, test } from 'vitest';
import { parseJobs } from '../../../src/config/values/jobs.ts';
import { jobsOption } from '../../../src/operations/values/jobs.ts';

test('only the option knows adaptive: a setting of its own says so in files', () => {
  const { parse } = jobsOption({ doc: 'Jobs.' });
  expect(['adaptive', 'auto', 'Adaptive'].map(parse)).toEqual(['adaptive', 'auto', undefined]);
  expect(parseJobs('adaptive')).toBeUndefined();
});
