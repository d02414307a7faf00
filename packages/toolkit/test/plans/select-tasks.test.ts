import { describe, expect, test } from 'vitest';
import { selectTasks } from '../../src/plans/select-tasks.ts';
import { planOf } from './plan-of.ts';

describe('selecting tasks', () => {
  const plan = planOf(
    'tasks: { a: x, b: { run: x, needs: a }, c: { run: x, needs: [b, a] }, d: x }',
  );

  test('takes all that is needed along, in the order of the file', () => {
    expect(selectTasks(plan, ['c', 'c']).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(selectTasks(plan, [])).toHaveLength(4);
  });

  test('names all that are no tasks, with the nearest', () => {
    const long = planOf('tasks: { lint: x, test: y }');
    expect(() => selectTasks(long, ['lnt', 'zzz', 'test', '__proto__'])).toThrow(
      'plan.yaml has no task "lnt"; did you mean lint?\nplan.yaml has no task "zzz"\nplan.yaml has no task "__proto__"',
    );
  });
});
