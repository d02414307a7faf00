import { describe, expect, test } from 'vitest';
import { estimatesOf } from '../../../src/plans/durations/estimates.ts';
import { planOf } from '../plan-of.ts';

describe('estimates', () => {
  const { tasks } = planOf(
    'tasks: { a: { run: x, estimate: 4s }, b: x, c: x, all: { needs: [a] } }',
  );

  test('are given, else the middle of earlier times, else the middle of what is known', () => {
    const found = estimatesOf(
      tasks,
      new Map([
        ['b', [100, 90_000, 200]],
        ['a', [1]],
      ]),
    );
    expect([...found]).toEqual([
      ['a', { ms: 4000, from: 'given' }],
      ['b', { ms: 200, from: 'learned' }],
      ['c', { ms: 2100, from: 'default' }],
      ['all', { ms: 0, from: 'default' }],
    ]);
  });

  test('are a second when nothing is known', () => {
    const { tasks: unknown } = planOf('tasks: { a: x }');
    expect(estimatesOf(unknown, new Map()).get('a')).toEqual({ ms: 1000, from: 'default' });
  });
});
