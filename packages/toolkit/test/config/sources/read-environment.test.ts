import { expect, test } from 'vitest';
import { problemText } from '../../../src/config/problem.ts';
import { readEnvironment } from '../../../src/config/sources/read-environment.ts';

test('a variable sets its setting and is told as the origin', () => {
  const { entries, problems } = readEnvironment({ ATONCE_PARALLEL_POOLS_CPU: '4', PATH: '/bin' });
  expect(problems).toEqual([]);
  expect([...entries]).toEqual([
    [
      'parallel.pools.cpu',
      { value: 4, origin: { kind: 'environment', variable: 'ATONCE_PARALLEL_POOLS_CPU' } },
    ],
  ]);
});

test('a variable set to nothing is not set', () => {
  const { entries, problems } = readEnvironment({ ATONCE_CACHE_STORE: '' });
  expect([entries.size, problems]).toEqual([0, []]);
});

test('wrong values and names that can only be meant as settings are told, all of them', () => {
  const { problems } = readEnvironment({
    ATONCE_CACHE_STORE: 'redis',
    ATONCE_PARALLEL_CONCURENCY: '4',
    ATONCE_SESSION_X: '1',
    ATONCE_JOBS: 'many',
    ATONCE_OF_SOMEBODY_ELSE: '1',
  });
  expect(problems.map(problemText)).toEqual([
    'ATONCE_CACHE_STORE: cache.store must be one of memory, files, got "redis"',
    'ATONCE_PARALLEL_CONCURENCY: there is no such setting; did you mean ATONCE_PARALLEL_CONCURRENCY?',
    expect.stringMatching(/^ATONCE_SESSION_X: there is no such setting/),
  ]);
});
