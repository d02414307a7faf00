import { deserialize, serialize } from 'node:v8';
import { isAtonceError, map, runParallel } from 'atonce';
import { processes, threads, transfer } from 'atonce/threads';
import { describe, expect, test } from 'vitest';
import { kinds, task } from './support.ts';

const identity = task<unknown, unknown>('identity');

/** An error that is its own cause: Node 20 writes it and cannot read it again, later ones can. */
const circle = new Error('around');
circle.cause = circle;

function isReadable(value: unknown): boolean {
  try {
    deserialize(serialize(value));
    return true;
  } catch {
    return false;
  }
}

/** Why there is nothing to test. */
const allIsReadable = isReadable(circle) ? ' (skipped: this Node reads all that it sends)' : '';

describe.each(kinds)('on %s', (_kind, makePool) => {
  test('an input that cannot be copied fails alone, naming its place', async () => {
    await using pool = makePool();
    const items = Array.from({ length: 300 }, (_, index) =>
      index % 50 === 7 ? () => index : index,
    );
    const outcomes = await runParallel(items, identity, { on: pool });
    for (const outcome of outcomes) {
      if (typeof outcome.item === 'number')
        expect(outcome).toMatchObject({ ok: true, value: outcome.item });
      else {
        expect(!outcome.ok && isAtonceError(outcome.error, 'E_UNSERIALISABLE')).toBe(true);
        expect(!outcome.ok && String(outcome.error)).toMatch(
          new RegExp(`Item ${outcome.index} .*could not be cloned`),
        );
      }
    }
  });

  test('a result that cannot be copied fails alone', async () => {
    await using pool = makePool();
    const items = Array.from({ length: 100 }, (_, index) => index);
    const outcomes = await runParallel(items, task<number, unknown>('unsendable'), { on: pool });
    for (const { item, ...outcome } of outcomes) {
      if (item % 2 === 0) expect(outcome).toMatchObject({ ok: true, value: item });
      else
        expect(outcome).toMatchObject({
          ok: false,
          error: { code: 'E_UNSERIALISABLE', message: expect.stringMatching(/result/) as string },
        });
    }
  });

  test.skipIf(allIsReadable !== '')(
    `a value that can be sent but not read fails alone, input or result${allIsReadable}`,
    async () => {
      await using pool = makePool();
      const items: unknown[] = Array.from({ length: 100 }, (_, index) =>
        index % 10 === 3 ? index : 2 * index,
      );
      const results = await runParallel(items, task('unreadable'), { on: pool });
      for (const { item, ...outcome } of results) {
        if (Number(item) % 2 === 0) expect(outcome).toMatchObject({ ok: true, value: item });
        else expect(outcome).toMatchObject({ ok: false, error: { code: 'E_UNSERIALISABLE' } });
      }
      items.splice(50, 0, circle);
      const outcomes = await runParallel(items, identity, { on: pool });
      expect(outcomes.filter((outcome) => !outcome.ok).map(({ item }) => item)).toEqual([circle]);
      expect(pool.stats.restarts).toBe(0);
    },
  );

  test.skipIf(allIsReadable !== '')(
    `those sent again alone have their turn on a worker that never rests${allIsReadable}`,
    async () => {
      await using pool = makePool({ workers: 1 });
      const double = task<number, number>('default');
      let served = 0;
      let over = false;
      const load = async (): Promise<void> => {
        for (; !over && served < 40_000; served++) await pool.run(double, 1);
      };
      // So that many travel together.
      for (let round = 0; round < 5; round++)
        await Promise.all(Array.from({ length: 100 }, () => pool.run(identity, 1)));
      const loads = Array.from({ length: 500 }, load);
      const calls = Array.from({ length: 100 }, () => pool.run(identity, circle));
      const settled = await Promise.allSettled(calls);
      expect(served).toBeLessThan(40_000);
      over = true;
      await Promise.all(loads);
      for (const one of settled)
        expect(one).toMatchObject({ status: 'rejected', reason: { code: 'E_UNSERIALISABLE' } });
    },
  );

  test('the same holds for single calls', async () => {
    await using pool = makePool();
    const calls = [1, 2, 3, 4].map((item) => pool.run(task<number, unknown>('unsendable'), item));
    calls.push(pool.run(identity as never, (() => 1) as never));
    const settled = await Promise.allSettled(calls);
    expect(settled.map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
    ]);
  });

  test('holes, shared references and large values arrive', async () => {
    await using pool = makePool();
    const shared = { n: 1 };
    const [pair] = (await map([[shared, shared]], identity, { on: pool })) as [[object, object]];
    expect(pair[0]).toBe(pair[1]);
    const [holes] = (await map([0], task('sparse'), { on: pool })) as [unknown[]];
    expect(1 in holes).toBe(false);
    const large = 'x'.repeat(5_000_000);
    expect(
      (await map([large, large, large], identity, { on: pool })).every((value) => value === large),
    ).toBe(true);
  });

  test('many values at once arrive in order', async () => {
    await using pool = makePool();
    const items = Array.from({ length: 30_000 }, (_, index) => ({ index, text: `item ${index}` }));
    expect(await map(items, identity, { on: pool })).toEqual(items);
  });
});

describe('transfer', () => {
  test('moves inputs and results between threads and leaves nothing here', async () => {
    await using pool = threads({ workers: 2, inline: false });
    const arrays = Array.from({ length: 20 }, () => new Float64Array(1000));
    const items = arrays.map((array) => transfer(array, [array.buffer]));
    const filled = await map(items, task<Float64Array, Float64Array>('fillSquares'), { on: pool });
    expect(filled.map((array) => array[9])).toEqual(Array(20).fill(81));
    expect(arrays.every((array) => array.byteLength === 0)).toBe(true);
  });

  test('moves the input of a single call', async () => {
    await using pool = threads({ workers: 1 });
    const array = new Float64Array(100);
    expect(
      (
        await pool.run(
          task<Float64Array, Float64Array>('fillSquares'),
          transfer(array, [array.buffer]),
        )
      )[3],
    ).toBe(9);
    expect(array.length).toBe(0);
  });

  test('moves nothing inline, and copies to processes', async () => {
    await using pool = threads();
    await using others = processes({ workers: 1 });
    for (const on of [pool, others, 'auto' as const]) {
      const array = new Float64Array(10);
      const [filled] = await map(
        [transfer(array, [array.buffer])],
        task<Float64Array, Float64Array>('fillSquares'),
        { on },
      );
      expect(filled?.[9]).toBe(81);
      expect(array.length).toBe(10);
    }
  });

  test('is undone for a direct call of a module task', async () => {
    const array = new Float64Array(4);
    const fill = task<Float64Array, Float64Array>('fillSquares');
    expect(await fill(transfer(array, [array.buffer]))).toBe(array);
  });

  test('of one buffer in two items of a chunk fails only one of them', async () => {
    await using pool = threads({ workers: 1, inline: false });
    const buffer = new ArrayBuffer(80);
    const items = [0, 0, 0, 0, 1, 1, 0, 0].map((moves) =>
      moves === 1 ? transfer(new Float64Array(buffer), [buffer]) : new Float64Array(2),
    );
    const outcomes = await runParallel(items, task<Float64Array, number>('sum'), { on: pool });
    expect(outcomes.filter((outcome) => !outcome.ok).length).toBeLessThanOrEqual(1);
  });
});

describe('a SharedArrayBuffer', () => {
  test('is shared with threads', async () => {
    await using pool = threads({ workers: 2, inline: false });
    const shared = new SharedArrayBuffer(4);
    await map(Array(500).fill(shared), task('increment'), { on: pool });
    expect(new Int32Array(shared)[0]).toBe(500);
  });

  test('cannot be sent to processes, and says so', async () => {
    await using pool = processes({ workers: 1 });
    const call = pool.run(task('increment'), new SharedArrayBuffer(4));
    await expect(call).rejects.toMatchObject({
      code: 'E_UNSERIALISABLE',
      message: expect.stringMatching(/SharedArrayBuffer/) as string,
    });
  });
});
