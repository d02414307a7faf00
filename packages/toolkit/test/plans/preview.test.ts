import { describe, expect, test } from 'vitest';
import { estimatesOf } from '../../src/plans/durations/estimates.ts';
import { preview } from '../../src/plans/preview.ts';
import { planOf, tools } from './plan-of.ts';

describe('a preview', () => {
  const plan = planOf(`
tasks:
  build: { run: x, estimate: 10s }
  test: { run: x, needs: build, estimate: 20s }
  deploy: { run: x, needs: test, when: env.DEPLOY }
  after: { run: x, needs: deploy, estimate: 5s }
  mend: { run: x, needs: test, when: failure }
  tell: { run: x, needs: deploy, when: always, estimate: 1s }
  maybe: { run: x, needs: build, when: results.build == 'y', estimate: 2s }
`);
  const request = {
    plan,
    tasks: plan.tasks,
    jobs: 2,
    pools: new Map<string, number>(),
    estimates: estimatesOf(plan.tasks, new Map()),
    timeoutMs: undefined,
    retries: undefined,
    graceMs: 0,
    halt: { when: 'never' },
    keepOrder: false,
    output: 'group',
    tag: false,
    journal: undefined,
    resultsDir: undefined,
    joblog: undefined,
    trace: undefined,
    forceColor: false,
    spawn: 'auto',
    tools,
  } as const;

  test('leaves out what is known to be skipped, and keeps its place in the order', () => {
    const { tasks, skipped, schedule } = preview(request, {});
    expect(skipped).toEqual([
      { name: 'deploy', reason: 'not so: env.DEPLOY' },
      { name: 'after', reason: 'deploy is skipped' },
      { name: 'mend', reason: 'not so: failure' },
    ]);
    expect(tasks.map(({ task, startMs, endMs }) => [task.name, startMs, endMs])).toEqual([
      ['build', 0, 10_000],
      ['maybe', 10_000, 12_000],
      ['test', 10_000, 30_000],
      ['tell', 30_000, 31_000],
    ]);
    expect(tasks.find(({ condition }) => condition !== undefined)?.task.name).toBe('maybe');
    expect(schedule.makespanMs).toBe(31_000);
  });

  test('does not claim to know a variable that a result is filled into', () => {
    const { tasks } = planOf(
      "tasks: { a: x, b: { run: x, needs: a, env: { V: '{results.a}' }, when: env.V == 'y' } }",
    );
    const found = preview({ ...request, tasks, estimates: estimatesOf(tasks, new Map()) }, {});
    expect(found.skipped).toEqual([]);
    expect(found.tasks.map(({ condition }) => condition)).toEqual([undefined, "env.V == 'y'"]);
  });

  test('counts what the environment lets run', () => {
    const { skipped } = preview(request, { DEPLOY: '1' });
    expect(skipped.map(({ name }) => name)).toEqual(['mend']);
  });
});
