import { isAtonceError, runParallel } from 'atonce';
import type { Outcome } from 'atonce';
import { processes, threads } from 'atonce/threads';
import type { Pool } from 'atonce/threads';
import { describe, expect, test } from 'vitest';
import { kinds, task } from './support.ts';

const dieOn = task<unknown, unknown>('dieOn');

/** Items of which only the one that dies may fail. */
function around(death: string): unknown[] {
  return [
    ...Array.from({ length: 50 }, (_, index) => index),
    death,
    ...Array.from({ length: 50 }, (_, index) => 100 + index),
  ];
}

function expectOnlyDeath(outcomes: readonly Outcome<unknown, unknown>[], death: string): Error {
  const failed = outcomes.filter((outcome) => !outcome.ok);
  expect(failed.map((outcome) => outcome.item)).toEqual([death]);
  for (const outcome of outcomes) if (outcome.ok) expect(outcome.value).toBe(outcome.item);
  const error = failed[0]?.error;
  expect(isAtonceError(error, 'E_WORKER_DIED')).toBe(true);
  return error as Error;
}

async function expectAlive(pool: Pool): Promise<void> {
  expect(await pool.run(task<number, number>('default'), 21)).toBe(42);
}

describe.each(kinds)('a task that ends its worker, on %s', (_kind, makePool) => {
  test.each([
    ['exit', /code 3/],
    ['exit later', /code 4/],
    ['throw later', /code 1/],
    ['reject unseen', /code 1/],
  ])('by "%s" fails alone, and the pool goes on', async (death, how) => {
    await using pool = makePool();
    const error = expectOnlyDeath(await runParallel(around(death), dieOn, { on: pool }), death);
    expect(error.message).toMatch(how);
    await expectAlive(pool);
    expect(pool.stats.restarts).toBeGreaterThan(0);
  });

  test('by a late throw passes the thrown error on as the cause', async () => {
    await using pool = makePool();
    const error = await pool.run(dieOn, 'throw later').catch((reason: unknown) => reason);
    expect((error as Error).cause).toBeInstanceOf(RangeError);
    expect((error as Error).cause).toMatchObject({ message: 'late', code: 'E_LATE' });
  });

  test('does not take down the item behind it when its bomb goes off late', async () => {
    await using pool = makePool({ workers: 1 });
    const outcomes = await runParallel(['leave a bomb', 'wait', 1, 2], dieOn, { on: pool });
    expect(outcomes.map((outcome) => outcome.ok && outcome.value)).toEqual(['left', 100, 1, 2]);
  });

  test('is named for every item when many die one after another', async () => {
    await using pool = makePool();
    const items = Array.from({ length: 12 }, (_, index) => (index % 3 === 0 ? 'exit' : index));
    const outcomes = await runParallel(items, dieOn, { on: pool });
    expect(outcomes.map((outcome) => (outcome.ok ? outcome.value : 'exit'))).toEqual(items);
  });

  test('is retried on another worker when the caller wants that', async () => {
    await using pool = makePool();
    const [outcome] = await runParallel(['exit'], dieOn, {
      on: pool,
      retry: { attempts: 3, backoff: 0 },
    });
    expect(outcome).toMatchObject({ ok: false, attempts: 3, gaveUp: 'attempts-exhausted' });
  });

  test('while its module is imported fails with E_TASK_LOAD instead of being tried for ever', async () => {
    await using pool = makePool();
    const { moduleTask } = await import('atonce/threads');
    const never = moduleTask<number, string>(
      new URL('./fixtures/dies-on-import.js', import.meta.url),
      'never',
    );
    const outcomes = await runParallel(
      Array.from({ length: 40 }, (_, index) => index),
      never,
      { on: pool },
    );
    for (const outcome of outcomes) {
      expect(outcome.ok).toBe(false);
      if (!outcome.ok)
        expect((outcome.error as { code: string }).code).toMatch(/^E_TASK_LOAD$|^E_WORKER_DIED$/);
    }
    await expectAlive(pool);
  });
});

describe('a worker that runs out of memory', () => {
  test('fails only the item that was running, on threads with the runtime error as its cause', async () => {
    await using pool = threads({ workers: 2, resourceLimits: { maxOldGenerationSizeMb: 40 } });
    const error = expectOnlyDeath(
      await runParallel(around('memory'), dieOn, { on: pool }),
      'memory',
    );
    expect(error.cause).toMatchObject({ code: 'ERR_WORKER_OUT_OF_MEMORY' });
    await expectAlive(pool);
  });

  test('fails only the item that was running, on processes', async () => {
    await using pool = processes({ workers: 2, execArgv: ['--max-old-space-size=40'] });
    expectOnlyDeath(await runParallel(around('memory'), dieOn, { on: pool }), 'memory');
    await expectAlive(pool);
  });
});

describe('a process', () => {
  test.each([
    ['kill', /SIGKILL/],
    ['abort', /SIGABRT/],
    ['segv', /SIGSEGV/],
  ])('that dies by "%s" fails only the item that was running', async (death, how) => {
    await using pool = processes({ workers: 2 });
    const error = expectOnlyDeath(await runParallel(around(death), dieOn, { on: pool }), death);
    expect(error.message).toMatch(how);
    await expectAlive(pool);
  });
});
