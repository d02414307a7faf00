import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { CacheEvent } from '../../../src/engine/cache/cache-event.ts';
import { createCache } from '../../../src/engine/cache/create-cache.ts';
import { memoryCacheStore } from '../../../src/engine/cache/memory-cache-store.ts';
import { deferred, isSettled, range, turn } from '../support/turn.ts';
import '../support/unhandled.ts';

test('a thousand concurrent gets of a missing key make one computation', async () => {
  for (const store of [undefined, memoryCacheStore()]) {
    const cache = createCache({ store });
    let computations = 0;
    const gets = range(1_000).map(() =>
      cache.getOrCompute('key', async () => {
        computations++;
        await turn();
        return { computations };
      }),
    );
    const values = await Promise.all(gets);
    expect(computations).toBe(1);
    expect(values.every((value) => value === values[0])).toBe(true);
    expect(cache.stats()).toMatchObject({ computations: 1, joined: 999, inFlight: 0 });
  }
});

test('different keys are computed side by side', async () => {
  const cache = createCache<number>();
  const ends = range(3).map(() => deferred<number>());
  const gets = ends.map(({ promise }, index) => cache.getOrCompute(`${index}`, () => promise));
  expect(cache.stats().inFlight).toBe(3);
  for (const [index, { resolve }] of ends.entries()) resolve(index);
  expect(await Promise.all(gets)).toEqual([0, 1, 2]);
});

test('the computation starts before getOrCompute returns, also one that needs no promise', async () => {
  const cache = createCache<number>();
  let started = false;
  const got = cache.getOrCompute('a', () => {
    started = true;
    return 1;
  });
  expect(started).toBe(true);
  expect(await got).toBe(1);
});

test('undefined, null, 0 and an empty text are values like others', async () => {
  const cache = createCache();
  for (const value of [undefined, null, 0, '', false, NaN]) {
    const key = String(value);
    expect(await cache.getOrCompute(key, () => value)).toBe(value);
    expect(await cache.getOrCompute(key, () => 'again')).toBe(value);
    expect(await cache.has(key)).toBe(true);
    expect(await cache.get(key)).toBe(value);
  }
  expect(await cache.has('other')).toBe(false);
});

test('keys named like members of a prototype are keys like others', async () => {
  const cache = createCache<string>();
  const keys = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'valueOf'];
  for (const key of keys) {
    expect(await cache.get(key)).toBeUndefined();
    expect(await cache.getOrCompute(key, () => `of ${key}`, { tags: ['__proto__'] })).toBe(
      `of ${key}`,
    );
  }
  for (const key of keys) expect(await cache.get(key)).toBe(`of ${key}`);
  await cache.invalidate({ tags: ['constructor'] });
  expect(await cache.has('constructor')).toBe(true);
  await cache.invalidate({ tags: ['__proto__'] });
  for (const key of keys) expect(await cache.has(key)).toBe(false);
  expect(Object.prototype).not.toHaveProperty('ok');
});

describe('an error', () => {
  test('reaches all who wait, untouched, and is not kept', async () => {
    const cache = createCache<number>();
    const error = new RangeError('no');
    const end = deferred<number>();
    const gets = range(5).map(() => cache.getOrCompute('a', () => end.promise));
    end.reject(error);
    for (const result of await Promise.allSettled(gets)) {
      expect(result).toEqual({ status: 'rejected', reason: error });
      expect((result as PromiseRejectedResult).reason).toBe(error);
    }
    expect(await cache.getOrCompute('a', () => 2)).toBe(2);
    expect(cache.stats()).toMatchObject({ computations: 2, failures: 1 });
  });

  test('may be anything, and may be thrown at once', async () => {
    const cache = createCache();
    const thrown = undefined;
    const compute = (): never => {
      throw thrown;
    };
    const [result] = await Promise.allSettled([cache.getOrCompute('a', compute)]);
    expect(result).toEqual({ status: 'rejected', reason: undefined });
    expect(cache.stats()).toMatchObject({ failures: 1, entries: 0, inFlight: 0 });
  });
});

describe('a waiter that is aborted', () => {
  test('rejects with the reason and leaves the others waiting', async () => {
    const cache = createCache<number>();
    const controller = new AbortController();
    const end = deferred<number>();
    let signal: AbortSignal | undefined;
    const first = cache.getOrCompute(
      'a',
      (context) => {
        ({ signal } = context);
        return end.promise;
      },
      { signal: controller.signal },
    );
    const second = cache.getOrCompute('a', () => 0, { signal: new AbortController().signal });
    controller.abort('enough');
    expect(await Promise.allSettled([first])).toEqual([{ status: 'rejected', reason: 'enough' }]);
    expect(signal?.aborted).toBe(false);
    end.resolve(1);
    expect(await second).toBe(1);
    expect(await cache.get('a')).toBe(1);
  });

  test('aborts the computation only when it was the last, with its reason as cause', async () => {
    const events: CacheEvent[] = [];
    const cache = createCache<number>({ onEvent: (event) => events.push(event) });
    const controllers = range(3).map(() => new AbortController());
    let signal: AbortSignal | undefined;
    const gets = controllers.map((controller) =>
      cache.getOrCompute(
        'a',
        async (context) => {
          ({ signal } = context);
          return new Promise<never>((_, reject) => {
            signal?.addEventListener('abort', () => reject(signal?.reason));
          });
        },
        { signal: controller.signal },
      ),
    );
    const ended = Promise.allSettled(gets);
    controllers[0]?.abort(0);
    controllers[2]?.abort(2);
    await turn();
    expect(signal?.aborted).toBe(false);
    expect(cache.stats().inFlight).toBe(1);
    controllers[1]?.abort(1);
    expect(signal?.reason).toMatchObject({ code: 'E_CANCELLED', cause: 1 });
    const reasons = (await ended).map((result) => (result as PromiseRejectedResult).reason);
    expect(reasons).toEqual([0, 1, 2]);
    expect(cache.stats()).toMatchObject({ abandoned: 1, failures: 0, inFlight: 0, entries: 0 });
    expect(events).toEqual([{ type: 'abandoned', key: 'a' }]);
    expect(await cache.getOrCompute('a', () => 7)).toBe(7);
  });

  test('does not abort what somebody without a signal waits for', async () => {
    const cache = createCache<number>();
    const controller = new AbortController();
    const end = deferred<number>();
    const compute = (): Promise<number> => end.promise;
    const leaving = cache.getOrCompute('a', compute, { signal: controller.signal });
    const staying = cache.getOrCompute('a', compute);
    controller.abort();
    await expect(leaving).rejects.toThrow('abort');
    end.resolve(5);
    expect(await staying).toBe(5);
  });

  test('is not waited for again: who comes next starts anew, and what was given up is not kept', async () => {
    const cache = createCache<string>();
    const controller = new AbortController();
    const [old, fresh] = [deferred<string>(), deferred<string>()];
    const gone = cache.getOrCompute('a', () => old.promise, { signal: controller.signal });
    controller.abort('gone');
    await expect(gone).rejects.toBe('gone');
    const next = cache.getOrCompute('a', () => fresh.promise);
    old.resolve('old');
    expect(await isSettled(next)).toBe(false);
    fresh.resolve('new');
    expect(await next).toBe('new');
    expect(await cache.get('a')).toBe('new');
  });

  test('that was aborted before computes nothing, though a value at hand is given', async () => {
    const cache = createCache<number>();
    const signal = AbortSignal.abort('before');
    const get = () => cache.getOrCompute('a', () => 1, { signal });
    await expect(get()).rejects.toBe('before');
    expect(cache.stats().computations).toBe(0);
    await cache.set('a', 2);
    expect(await get()).toBe(2);
  });

  test('by the computation itself, before it returned, is told', async () => {
    const cache = createCache<number>();
    const controller = new AbortController();
    const get = cache.getOrCompute(
      'a',
      ({ signal }) => {
        controller.abort('self');
        return new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      },
      { signal: controller.signal },
    );
    await expect(get).rejects.toBe('self');
    expect(cache.stats().inFlight).toBe(0);
  });

  test('leaves no listener, however its wait ended', async () => {
    const cache = createCache<number>();
    const { signal } = new AbortController();
    const aborting = new AbortController();
    await cache.getOrCompute('a', async () => 1, { signal });
    await Promise.allSettled([
      cache.getOrCompute('b', () => Promise.reject(new RangeError('no')), { signal }),
    ]);
    const end = deferred<number>();
    const gets = range(20).map(() =>
      cache.getOrCompute('c', () => end.promise, { signal: aborting.signal }),
    );
    expect(getEventListeners(aborting.signal, 'abort')).toHaveLength(1);
    aborting.abort();
    await Promise.allSettled(gets);
    const one = new AbortController();
    const kept = cache.getOrCompute('d', () => end.promise);
    const left = cache.getOrCompute('d', () => end.promise, { signal: one.signal });
    one.abort('one');
    await expect(left).rejects.toBe('one');
    // Also while the others still wait.
    expect(getEventListeners(one.signal, 'abort')).toHaveLength(0);
    end.resolve(1);
    await kept;
    for (const each of [signal, aborting.signal])
      expect(getEventListeners(each, 'abort')).toHaveLength(0);
  });
});

test('settled waits for what is computed and written, and not for what was given up', async () => {
  const cache = createCache<number>({ store: memoryCacheStore() });
  const end = deferred<number>();
  const controller = new AbortController();
  const kept = cache.getOrCompute('a', () => end.promise);
  const given = cache.getOrCompute('b', () => new Promise<number>(() => undefined), {
    signal: controller.signal,
  });
  const settled = cache.settled();
  expect(await isSettled(settled)).toBe(false);
  controller.abort();
  await expect(given).rejects.toThrow('abort');
  expect(await isSettled(settled)).toBe(false);
  end.resolve(1);
  await settled;
  expect(await kept).toBe(1);
  await cache.settled();
});
