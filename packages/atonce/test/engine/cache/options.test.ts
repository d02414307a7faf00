import { describe, expect, test } from 'vitest';
import { cached } from '../../../src/engine/cache/cached.ts';
import { createCache } from '../../../src/engine/cache/create-cache.ts';
import { memoryCacheStore } from '../../../src/engine/cache/memory-cache-store.ts';
import { OptionError } from '../../../src/kernel/errors.ts';

const sizeOf = (): number => 1;

function refusal(act: () => unknown): OptionError {
  try {
    act();
  } catch (error) {
    if (error instanceof OptionError) return error;
    throw error;
  }
  throw new Error('not refused');
}

describe('createCache refuses and names', () => {
  test.each<[string, object, string]>([
    ['ttlMs', { ttlMs: -1 }, 'not negative'],
    ['ttlMs', { ttlMs: NaN }, 'NaN'],
    ['ttlMs', { ttlMs: '60' }, '"60"'],
    ['maxEntries', { maxEntries: 0 }, 'an integer from 1'],
    ['maxEntries', { maxEntries: 1.5 }, '1.5'],
    ['maxBytes', { maxBytes: 0, sizeOf }, 'an integer from 1'],
    ['maxBytes', { maxBytes: 100 }, 'together with `sizeOf`'],
    ['sizeOf', { sizeOf: 100 }, 'a function'],
    ['jitter', { jitter: 1 }, 'not including 1'],
    ['jitter', { jitter: -0.1 }, '-0.1'],
    ['negativeTtlMs', { negativeTtlMs: Infinity }, 'finite'],
    ['staleWhileErrorMs', { staleWhileErrorMs: -1 }, 'not negative'],
    ['earlyRefresh', { earlyRefresh: -1 }, 'finite number, not negative'],
    ['earlyRefresh', { earlyRefresh: true }, 'true'],
    ['store', { store: {} }, 'a CacheStore'],
    ['store', { store: new Map() }, 'a CacheStore'],
    ['storeTimeoutMs', { storeTimeoutMs: 0 }, 'more than 0'],
    ['storeRestMs', { storeRestMs: -1 }, 'not negative'],
    ['onEvent', { onEvent: 'x' }, 'a function'],
    ['clock', { clock: Date }, 'a Clock'],
    ['random', { random: 4 }, 'a function'],
    ['ttl', { ttl: 1 }, 'did you mean `ttlMs`?'],
    ['maxSize', { maxSize: 1 }, 'Unknown option `maxSize`'],
    ['createCache', [] as object, 'an object'],
  ])('%s: %j', (option, options, message) => {
    const error = refusal(() => createCache(options));
    expect(error.option).toBe(option);
    expect(error.message).toContain(message);
  });
});

test('undefined means the default everywhere', async () => {
  const names = ['ttlMs', 'maxEntries', 'maxBytes', 'sizeOf', 'jitter', 'negativeTtlMs', 'store'];
  const cache = createCache(Object.fromEntries(names.map((name) => [name, undefined])));
  const options = { ttlMs: undefined, tags: undefined, signal: undefined };
  expect(await cache.getOrCompute('a', () => 1, options)).toBe(1);
});

describe('a call refuses, as a rejection, and names', () => {
  const cache = createCache<unknown>();
  test.each<[string, () => Promise<unknown>]>([
    ['key', () => cache.getOrCompute(7 as never, () => 1)],
    ['key', () => cache.get(undefined as never)],
    ['key', () => cache.has(null as never)],
    ['key', () => cache.set(1 as never, 1)],
    ['key', () => cache.delete({} as never)],
    ['compute', () => cache.getOrCompute('a', 1 as never)],
    ['ttlMs', () => cache.getOrCompute('a', () => 1, { ttlMs: -1 })],
    ['the result of ttlMs', () => cache.set('a', 1, { ttlMs: () => NaN })],
    ['tags', () => cache.getOrCompute('a', () => 1, { tags: 'x' as never })],
    ['tags', () => cache.set('a', 1, { tags: [1] as never })],
    ['signal', () => cache.getOrCompute('a', () => 1, { signal: {} as never })],
    ['ttl', () => cache.getOrCompute('a', () => 1, { ttl: 1 } as never)],
    ['signal', () => cache.set('a', 1, { signal: new AbortController().signal } as never)],
    ['value', () => cache.set('a', Promise.resolve(1))],
    ['keys', () => cache.invalidate({ keys: 'a' as never })],
    ['tag', () => cache.invalidate({ tag: 'a' } as never)],
    ['invalidate', () => cache.invalidate('a' as never)],
  ])('%s', async (option, act) => {
    const [result] = await Promise.allSettled([act()]);
    expect((result as PromiseRejectedResult).reason).toMatchObject({ code: 'E_OPTION', option });
    expect(cache.stats()).toMatchObject({ entries: 0, inFlight: 0 });
  });

  test('a size that is none', async () => {
    const sized = createCache<number>({ sizeOf: (value) => value });
    await expect(sized.set('a', -1)).rejects.toMatchObject({ option: 'the result of sizeOf' });
    await expect(sized.getOrCompute('a', () => NaN)).rejects.toMatchObject({ code: 'E_OPTION' });
    expect(await sized.getOrCompute('a', () => 5)).toBe(5);
    expect(sized.stats().bytes).toBe(5);
  });
});

describe('cached refuses and names', () => {
  const task = (n: number): number => n;
  test.each<[string, () => unknown]>([
    ['task', () => cached(1 as never)],
    ['cache', () => cached(task, { cache: new Map() as never, key: String })],
    ['cache', () => cached(task, { cache: createCache<number>() })],
    ['key', () => cached(task, { key: 'id' as never })],
    ['ttlMs', () => cached(task, { ttlMs: -1 })],
    ['tags', () => cached(task, { tags: ['x'] as never })],
    ['ttl', () => cached(task, { ttl: 1 } as never)],
  ])('%s', (option, act) => {
    expect(refusal(act).option).toBe(option);
  });
});

test('memoryCacheStore refuses and names what it does not know', () => {
  expect(refusal(() => memoryCacheStore({ maxEntries: 0 })).option).toBe('maxEntries');
  expect(refusal(() => memoryCacheStore({ max: 5 } as never)).option).toBe('max');
});
