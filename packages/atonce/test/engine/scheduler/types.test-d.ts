import { expectTypeOf, test } from 'vitest';
import type { TaskOutcome } from '../../../src/engine/scheduler/outcome.ts';
import { createScheduler } from '../../../src/engine/scheduler/scheduler.ts';

interface Results {
  readonly config: { readonly port: number };
  readonly server: string;
}

test('results have the types that were promised, of what a task depends on', () => {
  const scheduler = createScheduler<Results>();
  scheduler.add({ name: 'config', run: async () => ({ port: 80 }) });
  scheduler.add({
    name: 'server',
    dependsOn: ['config'],
    run: ({ results }) => {
      expectTypeOf(results).toEqualTypeOf<Readonly<Pick<Results, 'config'>>>();
      return `on ${results.config.port}`;
    },
  });
  scheduler.add({
    name: 'server',
    dependsOn: ['config'],
    onDependencyFailure: 'run',
    run: ({ results }) => {
      expectTypeOf(results.config).toEqualTypeOf<Results['config'] | undefined>();
      return 'x';
    },
  });
});

test('wrong use does not compile', () => {
  const scheduler = createScheduler<Results>();
  // @ts-expect-error: no such task was promised
  scheduler.add({ name: 'sever', run: () => 'x' });
  // @ts-expect-error: a server is a text
  scheduler.add({ name: 'server', run: () => 5 });
  // @ts-expect-error: nothing is called so
  scheduler.add({ name: 'server', dependsOn: ['confg'], run: () => 'x' });
  // @ts-expect-error: it does not depend on config
  scheduler.add({ name: 'server', run: ({ results }) => `${results.config}` });
  // @ts-expect-error: a misspelt priority
  scheduler.add({ name: 'server', priority: 'hihg', run: () => 'x' });
});

test('without promised results everything is unknown', async () => {
  const scheduler = createScheduler();
  scheduler.add({
    name: 'a',
    dependsOn: ['b'],
    run: ({ results }) => expectTypeOf(results.b).toEqualTypeOf<unknown>(),
  });
  const report = await scheduler.run();
  expectTypeOf(report.outcomeOf('a')).toEqualTypeOf<TaskOutcome | undefined>();
  expectTypeOf((await createScheduler<Results>().run()).outcomeOf('server')).toEqualTypeOf<
    TaskOutcome<string> | undefined
  >();
});
