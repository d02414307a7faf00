import { isAtonceError, map, runParallel } from 'atonce';
import { describe, expect, test } from 'vitest';
import { kinds, task, until } from './support.ts';

const spinOn = task<unknown, unknown>('spinOn');
const pollOn = task<unknown, unknown>('pollOn');
const items = (odd: unknown): unknown[] => [1, 2, 3, odd, 4, 5, 6, 7, 8];

describe.each(kinds)('on %s', (_kind, makePool) => {
  test('a task that spins past its time is ended and its neighbours are not', async () => {
    await using pool = makePool();
    const outcomes = await runParallel(items('spin'), spinOn, {
      on: pool,
      timeoutMs: 200,
      graceMs: 20,
    });
    for (const outcome of outcomes) {
      if (outcome.ok) expect(outcome.value).toBe(outcome.item);
      else
        expect([outcome.item, isAtonceError(outcome.error, 'E_TIMEOUT')]).toEqual(['spin', true]);
    }
    expect(outcomes.filter((outcome) => !outcome.ok)).toHaveLength(1);
    // The item has failed at once; its worker has the grace.
    await until(() => pool.stats.restarts === 1);
  });

  test('a spinning task that polls its signal stops by itself and its worker lives on', async () => {
    await using pool = makePool({ workers: 1 });
    const outcomes = await runParallel(items('spin'), pollOn, {
      on: pool,
      timeoutMs: 200,
      graceMs: 20_000,
    });
    expect(outcomes.filter((outcome) => !outcome.ok).map((outcome) => outcome.item)).toEqual([
      'spin',
    ]);
    expect(pool.stats.restarts).toBe(0);
  });

  test('time spent waiting behind another item is not counted', async () => {
    await using pool = makePool({ workers: 1 });
    const sleep = task<number, number>('sleep');
    expect(await map([150, 150, 150, 150, 150], sleep, { on: pool, timeoutMs: 500 })).toHaveLength(
      5,
    );
  });

  test('stopping a run ends a deaf task after its grace and rejects with the reason', async () => {
    await using pool = makePool();
    const reason = new Error('changed my mind');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 300);
    const running = map(items('spin'), spinOn, {
      on: pool,
      signal: controller.signal,
      graceMs: 20,
    });
    await expect(running).rejects.toBe(reason);
    expect(await pool.run(task<number, number>('default'), 4)).toBe(8);
  });

  test('stopping a run leaves the other runs on the pool alone', async () => {
    await using pool = makePool();
    const controller = new AbortController();
    const stopped = map(Array(200).fill(3), task('busy'), { on: pool, signal: controller.signal });
    const other = map(Array(200).fill(1), task('busy'), { on: pool });
    setTimeout(() => controller.abort(), 250);
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(await other).toHaveLength(200);
    expect(pool.stats.restarts).toBe(0);
  });

  test('stopping a run leaves alone what its worker is at for another one, however long that takes', async () => {
    await using pool = makePool({ workers: 1 });
    await pool.run(task<number, number>('default'), 1);
    const other = pool.run(task<number, number>('sleep'), 700);
    const controller = new AbortController();
    const stopped = map([1, 2, 3], task<number, number>('sleep'), {
      on: pool,
      signal: controller.signal,
      graceMs: 20,
    });
    setTimeout(() => controller.abort(), 150);
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(pool.stats.busy).toBe(1);
    expect(await other).toBe(700);
    expect(await pool.run(task<number, number>('default'), 2)).toBe(4);
    expect(pool.stats.restarts).toBe(0);
  });

  test('a time limit is kept although an earlier call on the worker had a longer one', async () => {
    await using pool = makePool({ workers: 1, graceMs: 10 });
    await pool.run(spinOn, 1, { timeoutMs: 3_600_000 });
    await expect(pool.run(spinOn, 'spin', { timeoutMs: 150 })).rejects.toMatchObject({
      code: 'E_TIMEOUT',
    });
  });

  test('very many calls can be stopped by one signal', async () => {
    await using pool = makePool({ workers: 1 });
    await pool.run(spinOn, 1);
    const warnings: unknown[] = [];
    const listen = (warning: unknown): void => void warnings.push(warning);
    process.on('warning', listen);
    const controller = new AbortController();
    const calls = Array.from({ length: 20_000 }, () =>
      pool.run(task<number, number>('sleep'), 1, { signal: controller.signal }),
    );
    controller.abort('enough');
    const settled = await Promise.allSettled(calls);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listen);
    expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
    expect(warnings).toEqual([]);
    expect(await pool.run(spinOn, 'after')).toBe('after');
  });

  test('the first failure stops the rest of a map', async () => {
    await using pool = makePool();
    const failing = map(
      Array.from({ length: 5000 }, (_, index) => (index === 40 ? 'string' : 'null')),
      task('failWith'),
      { on: pool },
    );
    await expect(failing).rejects.toBe(null);
  });

  test('a call stopped by its signal rejects at once with the reason', async () => {
    await using pool = makePool({ workers: 1, graceMs: 20 });
    const controller = new AbortController();
    const spinning = pool.run(spinOn, 'spin', { signal: controller.signal });
    const behind = pool.run(spinOn, 'behind');
    setTimeout(() => controller.abort('enough'), 200);
    await expect(spinning).rejects.toBe('enough');
    expect(await behind).toBe('behind');
  });

  test('a call is not started when its signal is aborted already, and may be stopped while it waits', async () => {
    await using pool = makePool({ workers: 1 });
    await expect(pool.run(spinOn, 1, { signal: AbortSignal.abort('never') })).rejects.toBe('never');
    const controller = new AbortController();
    const waiting = pool.run(spinOn, 2, { signal: controller.signal });
    controller.abort('not now');
    await expect(waiting).rejects.toBe('not now');
    expect(await pool.run(spinOn, 3)).toBe(3);
  });

  test('a call with a time limit fails with E_TIMEOUT', async () => {
    await using pool = makePool({ graceMs: 10 });
    await expect(pool.run(spinOn, 'spin', { timeoutMs: 150 })).rejects.toMatchObject({
      code: 'E_TIMEOUT',
      timeoutMs: 150,
    });
    expect(await pool.run(spinOn, 1, { timeoutMs: 5000 })).toBe(1);
  });
});

test('a polling task on threads has really stopped when its run has ended', async () => {
  const [, makeThreads] = kinds[0] as (typeof kinds)[0];
  await using pool = makeThreads({ workers: 1 });
  const word = new SharedArrayBuffer(4);
  const controller = new AbortController();
  const running = map([{ word, spin: true }], task('pollInto'), {
    on: pool,
    signal: controller.signal,
    graceMs: 20_000,
  });
  while (Atomics.load(new Int32Array(word), 0) !== 1)
    await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  expect(Atomics.load(new Int32Array(word), 0)).toBe(2);
});
