import { map, runParallel } from 'atonce';
import type { Outcome } from 'atonce';
import { moduleTask, threads, transfer } from 'atonce/threads';
import type { ModuleTask } from 'atonce/threads';
import { describe, expect, test } from 'vitest';
import { kinds } from './support.ts';

function odd<R = unknown>(exportName: string): ModuleTask<unknown, R> {
  return moduleTask<unknown, R>(new URL('./fixtures/odd.js', import.meta.url), exportName);
}

function codes(outcomes: readonly Outcome<unknown, unknown>[]): unknown[] {
  return outcomes.map((outcome) =>
    outcome.ok ? 'ok' : (outcome.error as { readonly code?: unknown }).code,
  );
}

const shy = (): unknown =>
  new Proxy(
    {},
    {
      has() {
        throw new Error('do not ask');
      },
    },
  );

const wordless = (): unknown => ({
  get field(): never {
    throw Object.create(null) as Error;
  },
});

describe.each(kinds)('on %s', (_kind, makePool) => {
  test.each([['shyProxy'], ['wordlessThrow']])(
    'results that cannot be copied fail alone, whatever copying them throws: %s',
    async (name) => {
      await using pool = makePool({ workers: 1 });
      const outcomes = await runParallel([1, 2, 3], odd(name), { on: pool });
      expect(codes(outcomes)).toEqual(Array(3).fill('E_UNSERIALISABLE'));
      expect(pool.stats.restarts).toBe(0);
    },
  );

  test('items that cannot be copied fail alone, whatever copying them throws', async () => {
    await using pool = makePool({ workers: 1 });
    const outcomes = await runParallel([shy(), 1, wordless(), 2], odd('identity'), { on: pool });
    expect(codes(outcomes)).toEqual(['E_UNSERIALISABLE', 'ok', 'E_UNSERIALISABLE', 'ok']);
  });

  test('a task that cuts the line to its pool fails, and the others are done', async () => {
    await using pool = makePool({ workers: 1 });
    const items = ['a', 'hang up', 'b', 'c'];
    const outcomes = await runParallel(items, odd('hangUp'), { on: pool });
    expect(codes(outcomes)).toEqual(['ok', 'E_WORKER_DIED', 'ok', 'ok']);
  });
});

test('a thread may post messages of its own, which are nothing to the pool', async () => {
  await using pool = threads({ workers: 1, inline: false });
  for (const words of ['words', null, 5, {}, { kind: 'unheard of' }])
    expect(await pool.run(odd('talk'), words)).toBe('talked');
});

describe('on the calling thread', () => {
  test.each([['shyProxy'], ['wordlessThrow']])('a result is what it is: %s', async (name) => {
    await using pool = threads({ workers: 1 });
    const outcomes = await runParallel([1, 2, 3], odd(name), { on: pool });
    expect(codes(outcomes)).toEqual(['ok', 'ok', 'ok']);
    expect(await map([1], odd(name), { on: pool })).toHaveLength(1);
  });

  test('a promise that cannot be followed fails its item', async () => {
    await using pool = threads({ workers: 1 });
    const outcomes = await runParallel([1, 2, 3], odd('brokenPromise'), { on: pool });
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ ok: false, error: { message: 'broken promise' } });
  });

  test('a promise with a `then` of its own settles its item once', async () => {
    await using pool = threads({ workers: 1 });
    expect(await map([1, 2], odd('twiceSettling'), { on: pool })).toEqual(['once', 'once']);
  });
});

test('many inputs are moved in one message', async () => {
  await using pool = threads({ workers: 1, inline: false });
  const buffers = Array.from({ length: 3_000 }, () => new ArrayBuffer(8));
  const items = buffers.map((buffer) => transfer(buffer, [buffer]));
  const values = await map(items, odd<ArrayBuffer>('identity'), { on: pool });
  expect(values.every(({ byteLength }) => byteLength === 8)).toBe(true);
  expect(buffers.every(({ byteLength }) => byteLength === 0)).toBe(true);
});
