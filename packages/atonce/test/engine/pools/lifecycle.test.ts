import { describe, expect, test, vi } from 'vitest';
import { fixedLimit } from '../../../src/engine/limits/fixed-limit.ts';
import { map } from '../../../src/engine/map.ts';
import { createPools } from '../../../src/engine/pools/create-pools.ts';
import { deferred, isSettled, range, turn } from '../support/turn.ts';
import '../support/unhandled.ts';

function stopper(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort('enough') };
}

describe('drain', () => {
  test('resolves when nothing waits or runs any more', async () => {
    const pools = createPools({ a: 1, b: 1 });
    const gate = deferred();
    const calls = range(3).map(() => pools.run('a', () => gate.promise));
    const drained = pools.drain();
    const other = pools.drain('b');
    expect(await isSettled(other)).toBe(true);
    expect(await isSettled(drained)).toBe(false);
    gate.resolve();
    await drained;
    expect(pools.stats.a).toMatchObject({ inFlight: 0, queued: 0, succeeded: 3 });
    await Promise.all(calls);
  });

  test('waits for what the last calls start elsewhere', async () => {
    const pools = createPools({ a: 1, b: 1 });
    let done = false;
    void pools
      .run('a', turn)
      .then(() => pools.run('b', turn))
      .then(() => void (done = true));
    await pools.drain('a');
    await pools.drain('b');
    await turn();
    expect(done).toBe(true);
  });

  test('resolves when a call was stopped by one that its own arrival has started', async () => {
    const { signal, abort } = stopper();
    const pools = createPools({ a: 2, b: fixedLimit(2) });
    let begun = 0;
    const never = (): Promise<never> => {
      begun++;
      return new Promise(() => {});
    };
    // The second waits for a turn of the event loop, unless a pool on a limit is used before.
    const calls = [
      pools.run('a', never, { signal }),
      pools.run('a', abort, { signal }),
      pools.run('b', never, { signal }),
    ];
    const ends = await Promise.allSettled(calls);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(begun).toBe(1);
    expect(pools.stats.b).toMatchObject({ inFlight: 0, queued: 0, cancelled: 1 });
    await pools.drain();
    await pools.close();
  });

  test('resolves when the last that waits is aborted', async () => {
    const pools = createPools({ a: 1 });
    const gate = deferred();
    const first = pools.run('a', () => gate.promise);
    const controller = new AbortController();
    const second = pools.run('a', () => 1, { signal: controller.signal });
    const drained = pools.drain();
    gate.resolve();
    controller.abort();
    await expect(second).rejects.toThrow();
    await Promise.all([first, drained]);
  });
});

describe('close', () => {
  test('rejects what waits and lets what runs end', async () => {
    const pools = createPools({ a: 1 });
    const gate = deferred();
    const first = pools.run('a', () => gate.promise.then(() => 'value'));
    const task = vi.fn();
    const { signal } = new AbortController();
    const waiting = range(3_000).map((n) =>
      n % 2 === 0 ? pools.run('a', task) : pools.run('a', task, { signal }),
    );
    const closed = pools.close();
    const outcomes = await Promise.allSettled(waiting);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'E_POOL_CLOSED' } });
    expect(await isSettled(closed)).toBe(false);
    gate.resolve();
    expect(await first).toBe('value');
    await closed;
    expect(task).not.toHaveBeenCalled();
  });

  test('refuses later calls, and may be repeated', async () => {
    const pools = createPools({ a: 1 });
    await pools.close();
    await pools.close();
    await expect(pools.run('a', () => 1)).rejects.toMatchObject({ code: 'E_POOL_CLOSED' });
    const late = pools.run('a', () => 1, { timeoutMs: 5 });
    await expect(late).rejects.toThrow('The pool `a` is closed');
  });

  test('lets a run on the pool go on', async () => {
    const pools = createPools({ a: 1 });
    const run = map(range(5), (n) => turn().then(() => n), { concurrency: pools.limit('a') });
    await Promise.all([turn(), pools.close()]);
    expect(await run).toEqual(range(5));
  });

  test('is what leaving the scope of `await using` does', async () => {
    const pools = createPools({ a: 1 });
    await pools[Symbol.asyncDispose]();
    await expect(pools.run('a', () => 1)).rejects.toMatchObject({ code: 'E_POOL_CLOSED' });
  });
});
