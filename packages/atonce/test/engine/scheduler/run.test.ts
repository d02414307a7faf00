import { describe, expect, test, vi } from 'vitest';
import { fixedLimit } from '../../../src/engine/limits/fixed-limit.ts';
import { createScheduler } from '../../../src/engine/scheduler/scheduler.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';
import { countingLimit } from '../support/counting-limit.ts';
import { deferred, never, range, turn } from '../support/turn.ts';
import { played, takes } from './support/graphs.ts';
import '../support/unhandled.ts';

const failure = new Error('no');
const fail = async (): Promise<never> => {
  throw failure;
};

describe('a task starts the moment that what it needs is done', () => {
  test('without waiting for others of the same depth', async () => {
    const clock = fakeClock();
    const scheduler = createScheduler({ clock });
    const started: [string, number][] = [];
    const add = (name: string, ms: number, dependsOn: string[] = []): void =>
      scheduler.add({
        name,
        dependsOn,
        run: () => {
          started.push([name, clock.now()]);
          return takes(clock, ms, name);
        },
      });
    add('quick', 10);
    add('slow', 1_000);
    add('after quick', 10, ['quick']);
    add('after both', 10, ['slow', 'after quick']);
    const report = await played(clock, scheduler.run());
    expect(started).toEqual([
      ['quick', 0],
      ['slow', 0],
      ['after quick', 10],
      ['after both', 1_000],
    ]);
    expect(report).toMatchObject({
      ok: true,
      makespanMs: 1_010,
      lowerBoundMs: 1_010,
      makespanRatio: 1,
      criticalPath: { names: ['slow', 'after both'], ms: 1_010 },
      durations: { quick: 10, slow: 1_000, 'after quick': 10, 'after both': 10 },
    });
  });

  test('and is told what they gave, whatever it was', async () => {
    const scheduler = createScheduler();
    const values = [undefined, null, 0, '', false, Number.NaN];
    values.forEach((value, index) => scheduler.add({ name: `v${index}`, run: () => value }));
    scheduler.add({
      name: 'all',
      dependsOn: values.map((_, index) => `v${index}`),
      run: ({ results }) => Object.values(results),
    });
    const report = await scheduler.run();
    expect(report.outcomeOf('all')).toMatchObject({ ok: true, value: values });
  });

  test('in a record that is the same each time it is read', async () => {
    const scheduler = createScheduler();
    scheduler.add({ name: 'a', run: ({ results }) => results });
    scheduler.add({
      name: 'b',
      dependsOn: ['a'],
      run: (context) => [context.results === context.results, context.results['a']],
    });
    expect((await scheduler.run()).outcomeOf('b')).toMatchObject({ value: [true, {}] });
  });

  test('with a context that can be taken apart', async () => {
    const scheduler = createScheduler({ tokenBudget: 100 });
    scheduler.add({ name: 'a', run: () => 1 });
    scheduler.add({
      name: 'b',
      dependsOn: ['a'],
      run: ({ name, index, attempt, results, failures, usedTokens, report, signal }) => {
        usedTokens(7);
        report('here');
        return { name, index, attempt, a: results.a, failures, aborted: signal.aborted };
      },
    });
    const report = await scheduler.run();
    expect(report.outcomeOf('b')).toMatchObject({
      value: { name: 'b', index: 1, attempt: 1, a: 1, failures: {}, aborted: false },
    });
    expect(report.tokens).toEqual({ budget: 100, used: 7, unfit: [] });
  });
});

describe('what starts first', () => {
  async function orderOf(
    tasks: readonly (readonly [string, object])[],
    options: object = {},
  ): Promise<string[]> {
    const order: string[] = [];
    const scheduler = createScheduler({ concurrency: 1, ...options });
    for (const [name, fields] of tasks)
      scheduler.add({ name, run: async () => void order.push(name), ...fields });
    await scheduler.run();
    return order;
  }

  test('the more urgent', async () => {
    const names = ['background', 'low', 'normal', 'high', 'critical'] as const;
    expect(await orderOf(names.map((priority) => [priority, { priority }]))).toEqual(
      names.toReversed(),
    );
  });

  test('of equal ones that with the longest way to the end, then the first added', async () => {
    const order = await orderOf([
      ['a', { estimatedMs: 5 }],
      ['b', { estimatedMs: 5 }],
      ['c', { estimatedMs: 1 }],
      ['d', { estimatedMs: 7, dependsOn: ['c'] }],
    ]);
    expect(order).toEqual(['c', 'd', 'a', 'b']);
  });

  test('by the number of steps when nothing is known', async () => {
    const order = await orderOf([
      ['a', {}],
      ['b', {}],
      ['c', { dependsOn: ['b'] }],
      ['d', { dependsOn: ['c'] }],
    ]);
    expect(order).toEqual(['b', 'c', 'a', 'd']);
  });

  test('by estimates learned before, where the task gives none', async () => {
    const estimates = { a: 1, b: 50, c: 100 };
    const tasks = [['a', {}] as const, ['b', {}] as const, ['c', { estimatedMs: 10 }] as const];
    expect(await orderOf(tasks, { estimates })).toEqual(['b', 'c', 'a']);
    const byName = (name: string): number | undefined => (name === 'a' ? 99 : undefined);
    expect(await orderOf(tasks, { estimates: byName })).toEqual(['a', 'b', 'c']);
  });
});

test('a heavy task takes as many slots, and keeps its place until there is room', async () => {
  const clock = fakeClock();
  const scheduler = createScheduler({ clock, concurrency: 3 });
  const started: [string, number][] = [];
  const add = (name: string, weight: number, estimatedMs: number): void =>
    scheduler.add({
      name,
      weight,
      estimatedMs,
      run: () => {
        started.push([name, clock.now()]);
        return takes(clock, 10, null);
      },
    });
  add('a', 1, 30);
  add('b', 3, 20);
  add('c', 1, 10);
  const report = await played(clock, scheduler.run());
  expect(started).toEqual([
    ['a', 0],
    ['b', 10],
    ['c', 20],
  ]);
  expect(report).toMatchObject({ totalMs: 50, slots: 3, makespanMs: 30 });
  expect(report.utilisation).toBeCloseTo(50 / 90);
});

describe('pools', () => {
  test('bound their own tasks and hold up no others', async () => {
    const clock = fakeClock();
    const db = countingLimit(2);
    const scheduler = createScheduler({ clock, concurrency: 10, pools: { db } });
    for (const index of range(6))
      scheduler.add({ name: `db${index}`, pool: 'db', run: () => takes(clock, 10, index) });
    scheduler.add({ name: 'free', priority: 'background', run: () => takes(clock, 10, 'free') });
    const report = await played(clock, scheduler.run());
    expect(db.most).toBe(2);
    expect(db.inFlight).toBe(0);
    expect(db.released).toEqual(range(6).map(() => ['success', 10]));
    expect(report.outcomeOf('free')).toMatchObject({ waitedMs: 0 });
    expect(report).toMatchObject({ makespanMs: 30, lowerBoundMs: 30 });
  });

  test('are shared between schedulers, and with a limit in the place of a number', async () => {
    const clock = fakeClock();
    const [pool, concurrency] = [countingLimit(2), countingLimit(3)];
    const make = (): Promise<unknown> => {
      const scheduler = createScheduler({ clock, concurrency, pools: { p: pool } });
      for (const index of range(10))
        scheduler.add({
          name: `t${index}`,
          ...(index % 2 === 0 ? { pool: 'p' } : {}),
          run: () => takes(clock, 10, index),
        });
      return scheduler.run();
    };
    const reports = await played(clock, Promise.all([make(), make(), make()]));
    expect(reports).toMatchObject(range(3).map(() => ({ ok: true })));
    expect([pool.most, concurrency.most]).toEqual([2, 3]);
    expect([pool.inFlight, concurrency.inFlight]).toEqual([0, 0]);
    expect([pool.acquired, concurrency.acquired]).toEqual([pool.released.length, 30]);
  });

  test('lend their slot to a scheduler that runs inside one of their tasks', async () => {
    const pool = fixedLimit(1);
    const outer = createScheduler({ pools: { p: pool } });
    outer.add({
      name: 'outer',
      pool: 'p',
      run: async () => {
        const inner = createScheduler({ pools: { p: pool } });
        inner.addAll(range(3).map((index) => ({ name: `i${index}`, pool: 'p', run: () => index })));
        return (await inner.run()).succeeded;
      },
    });
    expect((await outer.run()).outcomeOf('outer')).toMatchObject({ value: 3 });
    expect(pool.inFlight).toBe(0);
  });
});

describe('a failure', () => {
  test('skips what depends on it, near and far, with the reason, and nothing else', async () => {
    const scheduler = createScheduler();
    const never = vi.fn();
    scheduler.add({ name: 'a', run: fail });
    scheduler.add({ name: 'b', dependsOn: ['a'], run: never });
    scheduler.add({ name: 'c', dependsOn: ['b', 'x'], run: never });
    scheduler.add({ name: 'x', run: () => 1 });
    const report = await scheduler.run();
    expect(never).not.toHaveBeenCalled();
    expect(report).toMatchObject({
      ok: false,
      succeeded: 1,
      failed: 1,
      skipped: 2,
      stopped: false,
    });
    expect(report.outcomes).toMatchObject([
      { ok: false, item: 'a', error: failure, gaveUp: 'no-retry', attempts: 1 },
      { ok: false, item: 'b', gaveUp: 'skipped', attempts: 0, startedAt: 0 },
      {
        gaveUp: 'skipped',
        error: { code: 'E_SKIPPED', reason: 'dependency', task: 'a', cause: failure },
      },
      { ok: true },
    ]);
    expect((report.outcomes[2] as { error: Error }).error.message).toBe(
      '"c" was skipped: "a", which it depends on, gave no result',
    );
  });

  test('is told to those that run all the same, once all they need is over', async () => {
    const scheduler = createScheduler();
    const gate = deferred<number>();
    const called = vi.fn(({ results, failures }: { results: object; failures: object }) => [
      { ...results },
      { ...failures },
    ]);
    scheduler.add({ name: 'a', run: fail });
    scheduler.add({ name: 'skipped', dependsOn: ['a'], run: () => 1 });
    scheduler.add({ name: 'slow', run: () => gate.promise });
    scheduler.add({
      name: 'end',
      dependsOn: ['a', 'skipped', 'slow'],
      onDependencyFailure: 'run',
      run: called,
    });
    const end = scheduler.run();
    await turn();
    expect(called).not.toHaveBeenCalled();
    gate.resolve(5);
    const outcome = (await end).outcomeOf('end');
    expect(outcome).toMatchObject({
      ok: true,
      value: [{ slow: 5 }, { a: failure, skipped: { code: 'E_SKIPPED' } }],
    });
  });

  test('is a failure whatever was thrown, and however', async () => {
    const scheduler = createScheduler();
    scheduler.add({
      name: 'sync',
      run: () => {
        throw undefined;
      },
    });
    scheduler.add({ name: 'async', run: () => Promise.reject(undefined) });
    scheduler.add({ name: 'after', dependsOn: ['sync'], run: () => 1 });
    scheduler.add({
      name: 'anyway',
      dependsOn: ['sync'],
      onDependencyFailure: 'run',
      run: ({ failures, results }) => ['sync' in failures, 'sync' in results],
    });
    const report = await scheduler.run();
    expect(report.outcomes).toMatchObject([
      { ok: false, gaveUp: 'no-retry' },
      { ok: false, gaveUp: 'no-retry' },
      { ok: false, gaveUp: 'skipped', error: { task: 'sync' } },
      { ok: true, value: [true, false] },
    ]);
    expect(report.outcomes.slice(0, 2).map((one) => 'error' in one && one.error)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('of the first of 100,000 in a chain skips all others', async () => {
    const scheduler = createScheduler();
    scheduler.add({ name: 't0', run: fail });
    for (const index of range(100_000).slice(1))
      scheduler.add({ name: `t${index}`, dependsOn: [`t${index - 1}`], run: () => 1 });
    expect(await scheduler.run()).toMatchObject({ failed: 1, skipped: 99_999 });
  });
});

describe('100,000 tasks', () => {
  test.each(['in their order', 'backwards'])('in a chain that was added %s', async (direction) => {
    const count = 100_000;
    const scheduler = createScheduler<Record<string, number>>();
    const all = range(count).map((index) => ({
      name: `t${index}`,
      dependsOn: index === 0 ? [] : [`t${index - 1}`],
      run: ({ results }: { results: Partial<Record<string, number>> }) =>
        (results[`t${index - 1}`] ?? 0) + 1,
    }));
    scheduler.addAll(direction === 'backwards' ? all.toReversed() : all);
    expect(scheduler.plan()).toMatchObject({ lowerBoundMs: count, makespanMs: count });
    const report = await scheduler.run();
    expect(report.outcomeOf(`t${count - 1}`)).toMatchObject({ value: count });
    expect(report.criticalPath.names.length).toBeGreaterThan(0);
  });

  test('that one waits for, and that wait for one', async () => {
    const names = range(100_000).map((index) => `t${index}`);
    const scheduler = createScheduler();
    scheduler.add({ name: 'first', run: () => 1 });
    for (const name of names) scheduler.add({ name, dependsOn: ['first'], run: async () => name });
    scheduler.add({
      name: 'last',
      dependsOn: names,
      run: ({ results }) => Object.keys(results).length,
    });
    expect((await scheduler.run()).outcomeOf('last')).toMatchObject({ value: 100_000 });
  });
});

describe('retries and time limits', () => {
  test('a task waits for its next try without a slot, and its dependents wait for it', async () => {
    const clock = fakeClock();
    const pool = countingLimit(1);
    const scheduler = createScheduler({ clock, concurrency: 1, pools: { pool } });
    const order: string[] = [];
    scheduler.add({
      name: 'a',
      priority: 'high',
      pool: 'pool',
      retry: { attempts: 3, backoff: 100 },
      run: ({ attempt }) => {
        order.push(`a${attempt}`);
        if (attempt < 3) throw failure;
        return 'at last';
      },
    });
    scheduler.add({ name: 'b', pool: 'pool', run: () => void order.push('b') });
    scheduler.add({ name: 'c', dependsOn: ['a'], run: ({ results }) => results['a'] });
    const report = await played(clock, scheduler.run());
    expect(order).toEqual(['a1', 'b', 'a2', 'a3']);
    expect(report.outcomes).toMatchObject([
      { ok: true, attempts: 3, waitedMs: 200 },
      { ok: true },
      { ok: true, value: 'at last' },
    ]);
    expect(pool.inFlight).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test('the scheduler has both for all tasks, and a task its own', async () => {
    const clock = fakeClock();
    const options = { clock, timeoutMs: 50, retry: { attempts: 2, backoff: 10 } };
    const scheduler = createScheduler(options);
    const signals: AbortSignal[] = [];
    const run = ({ signal }: { signal: AbortSignal }): Promise<never> => {
      signals.push(signal);
      return never();
    };
    scheduler.add({ name: 'all', run });
    scheduler.add({ name: 'own', timeoutMs: 5, retry: { attempts: 1 }, run });
    const report = await played(clock, scheduler.run());
    expect(report.outcomes).toMatchObject([
      { ok: false, gaveUp: 'attempts-exhausted', attempts: 2, durationMs: 100 },
      { ok: false, attempts: 1, durationMs: 5, error: { code: 'E_TIMEOUT', timeoutMs: 5 } },
    ]);
    expect((report.outcomes[1] as { error: Error }).error.message).toBe(
      'task "own" did not settle within 5 ms',
    );
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
    expect(clock.pending).toBe(0);
  });

  test('what settles after its time is ignored', async () => {
    const clock = fakeClock();
    const scheduler = createScheduler({ clock, timeoutMs: 5 });
    scheduler.add({ name: 'a', run: () => takes(clock, 10, 'late') });
    scheduler.add({ name: 'b', timeoutMs: 100, run: () => takes(clock, 50, 'in time') });
    const report = await played(clock, scheduler.run());
    expect(report.outcomes).toMatchObject([
      { ok: false, error: { code: 'E_TIMEOUT' } },
      { ok: true, value: 'in time' },
    ]);
  });

  test('a retry predicate that throws ends the run with its error', async () => {
    const scheduler = createScheduler();
    const broken = new TypeError('in the predicate');
    const on = (): never => {
      throw broken;
    };
    scheduler.add({ name: 'a', retry: { attempts: 2, on }, run: fail });
    scheduler.add({ name: 'b', run: never });
    await expect(scheduler.run()).rejects.toBe(broken);
  });
});

describe('a limit that throws ends the run with its error', () => {
  test.each(['tryAcquire', 'whenFree'] as const)('%s', async (method) => {
    const broken = new TypeError('in the limit');
    const limit = Object.assign(countingLimit(1), {
      [method]: () => {
        throw broken;
      },
    });
    const scheduler = createScheduler({ pools: { limit } });
    for (const index of range(3)) scheduler.add({ name: `t${index}`, pool: 'limit', run: never });
    await expect(scheduler.run()).rejects.toBe(broken);
  });
});

test('an empty scheduler is done at once', async () => {
  expect(await createScheduler().run()).toMatchObject({
    ok: true,
    outcomes: [],
    makespanRatio: 1,
    criticalPath: { names: [], ms: 0 },
  });
  expect(createScheduler().plan()).toMatchObject({ batches: [], makespanMs: 0, lowerBoundMs: 0 });
});

test('tasks that never wait let timers fire in between', async () => {
  const scheduler = createScheduler();
  let fired = false;
  setTimeout(() => {
    fired = true;
  }, 1);
  const seen = new Set<boolean>();
  for (const index of range(60))
    scheduler.add({
      name: `t${index}`,
      run: () => {
        const until = performance.now() + 1;
        while (performance.now() < until);
        seen.add(fired);
      },
    });
  await scheduler.run();
  expect([...seen]).toEqual([false, true]);
});
