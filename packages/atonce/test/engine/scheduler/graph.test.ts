import { describe, expect, test } from 'vitest';
import { createScheduler, type Scheduler } from '../../../src/engine/scheduler/scheduler.ts';
import { GraphError } from '../../../src/engine/scheduler/graph-error.ts';
import { range } from '../support/turn.ts';
import '../support/unhandled.ts';

const run = (): null => null;

function scheduler(graph: Record<string, readonly string[]>): Scheduler {
  const made = createScheduler();
  for (const [name, dependsOn] of Object.entries(graph)) made.add({ name, dependsOn, run });
  return made;
}

function problemOf(call: () => unknown): GraphError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(GraphError);
    return error as GraphError;
  }
  throw new Error('nothing was thrown');
}

describe('a cycle is refused and named', () => {
  test.each<[string, Record<string, string[]>, string[]]>([
    ['of one task', { a: ['a'] }, ['a']],
    ['of two', { a: ['b'], b: ['a'] }, ['a', 'b']],
    ['behind other tasks', { x: [], a: ['x', 'c'], b: ['a'], c: ['b'], y: ['b'] }, ['a', 'c', 'b']],
    ['of one with its own twin', { a: [], b: ['a', 'b'] }, ['b']],
  ])('%s', (_, graph, cycle) => {
    const made = scheduler(graph);
    const { code, problem, names, message } = problemOf(() => made.plan());
    expect({ code, problem, names }).toEqual({ code: 'E_GRAPH', problem: 'cycle', names: cycle });
    const shown = [...cycle, cycle[0]].map((name) => JSON.stringify(name)).join(' → ');
    expect(message).toBe(`Tasks depend on each other: ${shown}`);
  });

  test('by run, plan and both diagrams', async () => {
    const made = scheduler({ a: ['b'], b: ['a'] });
    await expect(made.run()).rejects.toMatchObject({ code: 'E_GRAPH' });
    expect(problemOf(() => made.toMermaid()).problem).toBe('cycle');
    expect(problemOf(() => made.toDot()).problem).toBe('cycle');
  });

  test('of 100,000 tasks, cut short in the message only', () => {
    const count = 100_000;
    const made = createScheduler();
    for (const index of range(count))
      made.add({ name: `t${index}`, dependsOn: [`t${(index + 1) % count}`], run });
    const { names, message } = problemOf(() => made.plan());
    expect(names).toHaveLength(count);
    expect(message).toBe(
      'Tasks depend on each other: "t0" → "t1" → "t2" → "t3" → "t4" → "t5" → "t6" → "t7" → (99992 more) → "t0"',
    );
  });

  test('of three among 100,000 that are sound', () => {
    const made = createScheduler();
    for (const index of range(100_000))
      made.add({ name: `t${index}`, dependsOn: index === 0 ? [] : [`t${index - 1}`], run });
    made.add({ name: 'x', dependsOn: ['t500', 'z'], run });
    made.add({ name: 'y', dependsOn: ['x'], run });
    made.add({ name: 'z', dependsOn: ['y'], run });
    expect(problemOf(() => made.plan()).names).toEqual(['x', 'z', 'y']);
  });
});

describe('names', () => {
  test('an unknown one is refused with who named it and the nearest', () => {
    const { problem, names, message } = problemOf(() =>
      scheduler({ build: [], test: ['biuld'] }).plan(),
    );
    expect({ problem, names }).toEqual({ problem: 'unknown', names: ['biuld'] });
    expect(message).toBe('"test" depends on "biuld", which is no task; did you mean "build"?');
  });

  test('who named an unknown one is not proposed for it', () => {
    const { message } = problemOf(() => scheduler({ tests: ['test'] }).plan());
    expect(message).toBe('"tests" depends on "test", which is no task');
  });

  test('an unknown one as long as a book is refused without a search for the nearest', () => {
    const [known, unknown] = ['x'.repeat(1_000_000), 'y'.repeat(1_000_000)] as const;
    const { problem, names } = problemOf(() => scheduler({ [known]: [unknown] }).plan());
    expect({ problem, names }).toEqual({ problem: 'unknown', names: [unknown] });
  });

  test('an unknown one can be added later', async () => {
    const made = scheduler({ b: ['a'] });
    await expect(made.run()).rejects.toMatchObject({ problem: 'unknown' });
    made.add({ name: 'a', run });
    expect((await made.run()).ok).toBe(true);
  });

  test('one given twice is refused at once, and the first task stays', async () => {
    const made = createScheduler<{ a: number }>();
    made.add({ name: 'a', run: () => 1 });
    const { problem, names } = problemOf(() => made.add({ name: 'a', run: () => 2 }));
    expect({ problem, names }).toEqual({ problem: 'duplicate', names: ['a'] });
    expect((await made.run()).outcomeOf('a')).toMatchObject({ value: 1 });
  });

  test('of several tasks added together none is added when one is bad', () => {
    const made = scheduler({ a: [] });
    problemOf(() =>
      made.addAll([
        { name: 'b', run },
        { name: 'a', run },
      ]),
    );
    expect(made.size).toBe(1);
    made.add({ name: 'b', run });
    expect(made.plan().batches).toEqual([['a', 'b']]);
  });

  test('that objects have of their own are ordinary', async () => {
    const odd = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', ' ', '\u0000', '→'];
    const made = createScheduler({ estimates: { constructor: 5 } });
    const seen: Record<string, unknown>[] = [];
    for (const name of odd) made.add({ name, run: () => name });
    made.add({
      name: 'all',
      dependsOn: odd,
      run: ({ results }) => void seen.push(results),
    });
    const report = await made.run();
    expect(Object.entries(seen[0] ?? {})).toEqual(odd.map((name) => [name, name]));
    expect(Object.keys(report.durations)).toEqual([...odd, 'all']);
    expect(report.outcomeOf('__proto__')).toMatchObject({ ok: true, value: '__proto__' });
    expect(report.outcomeOf('valueOf')).toBeUndefined();
    // A name that only the prototype has is nothing known.
    expect(made.plan().starts.find(({ name }) => name === 'constructor')).toMatchObject({
      startMs: 0,
      endMs: 5,
    });
  });

  test('a dependency named twice counts once', async () => {
    const made = scheduler({ a: [], b: ['a', 'a'] });
    expect((await made.run()).ok).toBe(true);
    expect(made.toMermaid().match(/-->/g)).toHaveLength(1);
  });
});
