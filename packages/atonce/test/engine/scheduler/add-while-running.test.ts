import { describe, expect, test, vi } from 'vitest';
import { createScheduler } from '../../../src/engine/scheduler/scheduler.ts';
import { deferred, range, turn } from '../support/turn.ts';
import '../support/unhandled.ts';

const failure = new Error('no');
const fail = async (): Promise<never> => {
  throw failure;
};

describe('adding while it runs', () => {
  test('a task can add others, that depend on it, on what is done, and on each other', async () => {
    const scheduler = createScheduler();
    scheduler.add({ name: 'done', run: () => 1 });
    scheduler.add({
      name: 'adds',
      dependsOn: ['done'],
      run: async () => {
        scheduler.addAll([
          { name: 'z', dependsOn: ['y', 'done'], run: ({ results }) => results },
          { name: 'y', dependsOn: ['adds'], run: ({ results }) => results['adds'] },
        ]);
        await turn();
        scheduler.add({ name: 'x', dependsOn: ['z'], run: () => 'x' });
        return 'added';
      },
    });
    const report = await scheduler.run();
    expect(report.outcomes.map(({ item, ok }) => [item, ok])).toEqual([
      ['done', true],
      ['adds', true],
      ['z', true],
      ['y', true],
      ['x', true],
    ]);
    expect(report.outcomeOf('z')).toMatchObject({ value: { y: 'added', done: 1 } });
    expect(report.ok).toBe(true);
  });

  test('a burst is ordered as one, whoever comes first in it', async () => {
    const order: string[] = [];
    const scheduler = createScheduler({ concurrency: 2 });
    const gate = deferred();
    scheduler.add({ name: 'open', run: () => gate.promise });
    const end = scheduler.run();
    for (const priority of ['low', 'high', 'critical'] as const)
      scheduler.add({ name: priority, priority, run: async () => void order.push(priority) });
    await turn();
    gate.resolve();
    await end;
    expect(order).toEqual(['critical', 'high', 'low']);
  });

  test('what it depends on must be there, and a refused task leaves no trace', async () => {
    const scheduler = createScheduler();
    const gate = deferred();
    scheduler.add({ name: 'a', run: () => gate.promise });
    const end = scheduler.run();
    const run = (): number => 1;
    expect(() => scheduler.add({ name: 'b', dependsOn: ['nobody'], run })).toThrow('nobody');
    const cycle = [
      { name: 'b', dependsOn: ['a', 'c'], run },
      { name: 'c', dependsOn: ['b'], run },
    ];
    expect(() => scheduler.addAll(cycle)).toThrow('"b" → "c" → "b"');
    expect(() =>
      scheduler.addAll([
        { name: 'd', run },
        { name: 'a', run },
      ]),
    ).toThrow('"a"');
    scheduler.add({ name: 'b', dependsOn: ['a'], run });
    gate.resolve();
    expect((await end).outcomes).toMatchObject([{ item: 'a' }, { item: 'b', value: 1 }]);
  });

  test('a task whose dependency failed before is skipped at once, or runs', async () => {
    const scheduler = createScheduler();
    const gate = deferred();
    scheduler.add({ name: 'open', run: () => gate.promise });
    scheduler.add({ name: 'bad', run: fail });
    const end = scheduler.run();
    await turn();
    scheduler.addAll([
      { name: 'later', dependsOn: ['late'], run: () => 1 },
      { name: 'late', dependsOn: ['bad'], run: () => 1 },
      { name: 'runs', dependsOn: ['late'], onDependencyFailure: 'run', run: () => 1 },
    ]);
    await turn();
    gate.resolve();
    expect((await end).outcomes.slice(2)).toMatchObject([
      { item: 'later', gaveUp: 'skipped', error: { task: 'bad', cause: failure } },
      { item: 'late', gaveUp: 'skipped' },
      { item: 'runs', ok: true },
    ]);
  });

  test('after the run, tasks wait for the next one, which runs all', async () => {
    const scheduler = createScheduler();
    const run = vi.fn();
    scheduler.add({ name: 'a', run });
    await scheduler.run();
    scheduler.add({ name: 'b', dependsOn: ['a'], run });
    await turn();
    expect(run).toHaveBeenCalledTimes(1);
    expect((await scheduler.run()).succeeded).toBe(2);
    expect(run).toHaveBeenCalledTimes(3);
  });

  test('tasks may add tasks a hundred thousand deep', async () => {
    const scheduler = createScheduler();
    const add = (index: number): void =>
      scheduler.add({
        name: `t${index}`,
        dependsOn: index === 0 ? [] : [`t${index - 1}`],
        run: () => (index < 100_000 ? add(index + 1) : undefined),
      });
    add(0);
    expect((await scheduler.run()).succeeded).toBe(100_001);
  });

  test('a chain that is added link by link stays cheap', async () => {
    const scheduler = createScheduler();
    const gate = deferred();
    scheduler.add({ name: 't0', run: () => gate.promise });
    const end = scheduler.run();
    for (const index of range(20_000))
      scheduler.add({ name: `t${index + 1}`, dependsOn: [`t${index}`], run: () => index });
    gate.resolve();
    expect((await end).succeeded).toBe(20_001);
  });

  test('a second run at the same time is refused', async () => {
    const scheduler = createScheduler();
    const gate = deferred();
    scheduler.add({ name: 'a', run: () => gate.promise });
    const end = scheduler.run();
    await expect(scheduler.run()).rejects.toMatchObject({ code: 'E_RUNNING' });
    gate.resolve();
    expect((await end).ok).toBe(true);
  });
});
