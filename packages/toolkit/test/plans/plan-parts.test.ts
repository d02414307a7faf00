import { describe, expect, test } from 'vitest';
import { estimatesOf } from '../../src/plans/durations/estimates.ts';
import { preview } from '../../src/plans/preview.ts';
import { splitReferences } from '../../src/plans/references.ts';
import { selectTasks } from '../../src/plans/select-tasks.ts';
import { planOf, tools } from './reading.ts';

describe('references', () => {
  test('name a needed task and a way into its result; names may hold dots', () => {
    const needs = ['a', 'a.b', 'my task'];
    const told = (text: string): unknown =>
      splitReferences(text, needs).map((part) =>
        typeof part === 'string' ? part : [part.of, part.task, ...part.fields],
      );
    expect(told('x{results.a}y')).toEqual(['x', ['results', 'a'], 'y']);
    expect(told('{results.a.c.0}')).toEqual([['results', 'a', 'c', '0']]);
    expect(told('{results.a.b.c}')).toEqual([['results', 'a.b', 'c']]);
    expect(told('{outcome.my task}{results.a}')).toEqual([
      ['outcome', 'my task'],
      ['results', 'a'],
    ]);
    expect(told('{} {x} {results} {results.}')).toEqual(['{} {x} {results} {results.}']);
    expect(told('')).toEqual(['']);
  });
});

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

  test('counts what the environment lets run', () => {
    const { skipped } = preview(request, { DEPLOY: '1' });
    expect(skipped.map(({ name }) => name)).toEqual(['mend']);
  });
});
