import { describe, expect, test } from 'vitest';
import type { CacheStore } from '../../../src/engine/cache/cache-store.ts';
import { memoryCacheStore } from '../../../src/engine/cache/memory-cache-store.ts';
import { cacheStoreContract } from '../../../src/testing/cache-store-contract.ts';
import { storeWith } from './support/faulty-store.ts';

describe('a store in memory', () => {
  for (const { name, run } of cacheStoreContract(() => memoryCacheStore({ maxEntries: 200 })))
    test(name, run);
});

const entry = (startedAt: number, tags: readonly string[] = []) => ({
  text: '1',
  startedAt,
  computeMs: 0,
  expiresAt: startedAt + 1,
  keepUntil: startedAt + 1,
  tags,
});

test('holds no more than its bound, and forgets what was used longest ago', async () => {
  const store = memoryCacheStore({ maxEntries: 2 });
  await store.set('a', entry(1));
  await store.set('b', entry(1));
  await store.get('a');
  await store.set('c', entry(1));
  expect(await store.get('b')).toBeUndefined();
  expect(await store.get('a')).toBeDefined();
});

test('trusts nothing older than the invalidations it could not remember', async () => {
  const store = memoryCacheStore({ maxEntries: 2 });
  for (const key of ['a', 'b', 'c']) await store.delete(key, 10);
  await store.set('a', entry(9));
  expect(await store.get('a')).toBeUndefined();
  await store.set('a', entry(11));
  expect(await store.get('a')).toBeDefined();
});

describe('the contract finds out a store that', () => {
  const faults: [string, (sound: CacheStore) => Partial<CacheStore>][] = [
    ['forgets at once', () => ({ set: async () => {} })],
    ['never deletes', () => ({ delete: async () => {} })],
    ['never invalidates', () => ({ invalidate: async () => {} })],
    ['never clears', () => ({ clear: async () => {} })],
    [
      'invalidates the first tag only',
      (sound) => ({
        invalidate: async ([tag], at) => sound.invalidate(tag === undefined ? [] : [tag], at),
      }),
    ],
    [
      'gives late entries',
      (sound) => ({ set: (key, given) => sound.set(key, { ...given, startedAt: 1e14 }) }),
    ],
    [
      'changes text',
      (sound) => ({
        set: (key, given) => sound.set(key, { ...given, text: given.text.normalize() }),
      }),
    ],
    [
      'loses tags',
      (sound) => ({ set: (key, given) => sound.set(key, { ...given, tags: given.tags.slice(1) }) }),
    ],
    [
      'takes keys for paths',
      (sound) => ({ set: (key, given) => sound.set(key.replace('../', ''), given) }),
    ],
    [
      'folds the case of keys',
      (sound) => ({
        get: (key) => sound.get(key.toLowerCase()),
        set: (key, given) => sound.set(key.toLowerCase(), given),
      }),
    ],
  ];
  test.each(faults)('%s', async (_, fault) => {
    const runs = cacheStoreContract(() => storeWith(fault)).map(({ run }) => run());
    const failures = (await Promise.allSettled(runs)).filter(({ status }) => status === 'rejected');
    expect(failures.length).toBeGreaterThan(0);
  });
});
