import { describe, expect, test } from 'vitest';
import { kinds, task } from './support.ts';

const double = task<number, number>('default');

describe.each(kinds)('calls on a pool of %s', (_kind, makePool) => {
  test('settle each with its own answer when ten thousand of them fail, die and succeed', async () => {
    await using pool = makePool();
    const failing = task<string, never>('failWith');
    const dying = task<unknown, unknown>('dieOn');
    const calls = Array.from({ length: 10_000 }, (_, index) => {
      if (index % 2500 === 1000) return pool.run(dying, 'exit');
      if (index % 10 === 3) return pool.run(failing, 'string');
      if (index % 100 === 7) return pool.run(dying, () => index);
      return pool.run(double, index);
    });
    const settled = await Promise.allSettled(calls);
    settled.forEach((outcome, index) => {
      if (index % 2500 === 1000)
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'E_WORKER_DIED' } });
      else if (index % 10 === 3)
        expect(outcome).toEqual({ status: 'rejected', reason: 'just words' });
      else if (index % 100 === 7)
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'E_UNSERIALISABLE' } });
      else expect(outcome).toEqual({ status: 'fulfilled', value: 2 * index });
    });
  });

  test('made together travel together, and one alone is not kept waiting', async () => {
    await using pool = makePool();
    expect(await pool.run(double, 1)).toBe(2);
    let running = 0;
    const lanes = Array.from({ length: 256 }, async (_, lane) => {
      for (let round = 0; round < 20; round++) {
        running++;
        expect(await pool.run(double, lane + round)).toBe(2 * (lane + round));
      }
    });
    await Promise.all(lanes);
    expect(running).toBe(256 * 20);
    expect(pool.stats.tasksDone).toBe(256 * 20 + 1);
  });

  test('run at once on all workers', async () => {
    await using pool = makePool({ workers: 2 });
    const places = await Promise.all(
      [1, 2, 3, 4].map(() => pool.run(task<number, string>('place'), 50)),
    );
    expect(new Set(places).size).toBe(2);
  });

  test.each([
    [{ timeoutMs: -1 }],
    [{ timeoutMs: Number.NaN }],
    [{ signal: 1 }],
    [{ timeout: 3 }],
    [null],
  ])('refuse %j as options', async (options) => {
    await using pool = makePool();
    await expect(pool.run(double, 1, options as never)).rejects.toMatchObject({ code: 'E_OPTION' });
  });
});
