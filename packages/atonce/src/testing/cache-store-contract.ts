import assert from 'node:assert/strict';
import type { CacheStore, StoredEntry } from '../engine/cache/cache-store.ts';
import type { ContractCase } from './contract-case.ts';

/**
 * What every `CacheStore` must do. `makeStore` gives a fresh one each time, with room for two hundred
 * entries and a megabyte.
 */
export function cacheStoreContract(
  makeStore: () => CacheStore | Promise<CacheStore>,
): ContractCase[] {
  return Object.entries(requirements).map(([name, check]) => ({
    name,
    run: async () => check(await makeStore()),
  }));
}

const requirements: Readonly<Record<string, (store: CacheStore) => Promise<void>>> = {
  'knows no key at first': knowsNothing,
  'gives back an entry as it was set': givesBack,
  'lets the last entry of a key count': lastCounts,
  'takes any text for a key': takesAnyKey,
  'takes any text for a tag': takesAnyTag,
  'keeps what an entry was when it was set': keepsCopies,
  'keeps a hundred entries set at once apart': takesManyAtOnce,
  'keeps one whole entry of several set at once under one key': keepsOneWhole,
  'gives no deleted entry, and its neighbours still': deletes,
  'gives no entry that began before its key was deleted, though it is set afterwards': fencesKeys,
  'gives no entry that carries an invalidated tag, and the others still': invalidates,
  'gives no entry that began before its tag was invalidated, though it is set afterwards':
    fencesTags,
  'gives nothing that began before it was cleared': clears,
  'counts what began at the moment of an invalidation as before it': countsTheMoment,
  'lets an earlier invalidation that comes late take nothing back': keepsTheLatest,
  'does not take a tag for a key': tellsTagsFromKeys,
  'invalidates what is not there': invalidatesNothing,
};

const T0 = 1_760_000_000_000;

async function knowsNothing(store: CacheStore): Promise<void> {
  for (const key of ['a', '', '__proto__', 'constructor'])
    assert.equal(await store.get(key), undefined);
}

async function givesBack(store: CacheStore): Promise<void> {
  const texts = [
    'null',
    '-0',
    '"Zoë e\u0301 👩‍🚀 \\u0000\\ud800\u2028"',
    `["${'x'.repeat(100_000)}"]`,
    '{}',
  ];
  for (const text of texts) {
    const entry: StoredEntry = {
      text,
      startedAt: T0 + 0.5,
      computeMs: 0.25,
      expiresAt: T0 + 10,
      keepUntil: Number.MAX_SAFE_INTEGER,
      tags: ['one', 'two'],
    };
    await store.set('a', entry);
    assert.deepEqual(await store.get('a'), entry);
    assert.deepEqual(await store.get('a'), entry);
  }
}

async function lastCounts(store: CacheStore): Promise<void> {
  await store.set('a', entry(1));
  await store.set('a', entry(2));
  await has(store, 'a', 2);
}

async function takesAnyKey(store: CacheStore): Promise<void> {
  for (const [index, key] of oddTexts.entries()) await store.set(key, entry(index));
  for (const [index, key] of oddTexts.entries()) await has(store, key, index);
}

async function takesAnyTag(store: CacheStore): Promise<void> {
  for (const [index, tag] of oddTexts.entries())
    await store.set(`key ${index}`, entry(index, { tags: [tag] }));
  for (const [index, tag] of oddTexts.entries()) {
    await has(store, `key ${index}`, index);
    await store.invalidate([tag], T0 + 1);
    await lacks(store, `key ${index}`);
  }
}

async function keepsCopies(store: CacheStore): Promise<void> {
  const tags = ['one'];
  const given = { ...entry(1), tags };
  const set = store.set('a', given);
  tags.push('two');
  given.text = '2';
  await set;
  const got = await store.get('a');
  assert.deepEqual(got, entry(1, { tags: ['one'] }));
  (got.tags as string[]).push('three');
  assert.deepEqual((await store.get('a'))?.tags, ['one']);
}

async function takesManyAtOnce(store: CacheStore): Promise<void> {
  const numbers = Array.from({ length: 100 }, (_, number) => number);
  await Promise.all(numbers.map((number) => store.set(`key ${number}`, entry(number))));
  await Promise.all(numbers.map((number) => has(store, `key ${number}`, number)));
}

async function keepsOneWhole(store: CacheStore): Promise<void> {
  const entries = Array.from({ length: 20 }, (_, number) => ({
    ...entry(number),
    text: JSON.stringify(String(number).repeat(1 + number * 500)),
  }));
  await Promise.all(entries.map((each) => store.set('a', each)));
  const got = await store.get('a');
  assert(
    entries.some(({ text }) => text === got?.text),
    'the entry is none of those that were set',
  );
}

async function deletes(store: CacheStore): Promise<void> {
  await store.set('a', entry(1));
  await store.set('b', entry(2));
  await store.delete('a', T0 + 1);
  await lacks(store, 'a');
  await has(store, 'b', 2);
  await store.set('a', entry(3, { startedAt: T0 + 2 }));
  await has(store, 'a', 3);
}

async function fencesKeys(store: CacheStore): Promise<void> {
  await store.delete('a', T0 + 5);
  await store.set('a', entry(1, { startedAt: T0 + 4 }));
  await lacks(store, 'a');
  await store.set('a', entry(2, { startedAt: T0 + 5.25 }));
  await has(store, 'a', 2);
}

async function invalidates(store: CacheStore): Promise<void> {
  await store.set('both', entry(1, { tags: ['x', 'y'] }));
  await store.set('x', entry(2, { tags: ['x'] }));
  await store.set('z', entry(3, { tags: ['z'] }));
  await store.set('none', entry(4));
  await store.invalidate(['y'], T0 + 1);
  await lacks(store, 'both');
  await has(store, 'x', 2);
  await store.invalidate(['no such tag', 'x'], T0 + 1);
  await lacks(store, 'x');
  await has(store, 'z', 3);
  await has(store, 'none', 4);
}

async function fencesTags(store: CacheStore): Promise<void> {
  await store.invalidate(['x'], T0 + 5);
  await store.set('a', entry(1, { startedAt: T0 + 4, tags: ['w', 'x'] }));
  await lacks(store, 'a');
  await store.set('a', entry(2, { startedAt: T0 + 6, tags: ['w', 'x'] }));
  await has(store, 'a', 2);
}

async function clears(store: CacheStore): Promise<void> {
  await store.set('a', entry(1));
  await store.set('b', entry(2, { tags: ['x'] }));
  await store.clear(T0 + 5);
  await lacks(store, 'a');
  await lacks(store, 'b');
  await store.set('c', entry(3, { startedAt: T0 + 4 }));
  await lacks(store, 'c');
  await store.set('c', entry(4, { startedAt: T0 + 6 }));
  await has(store, 'c', 4);
}

async function countsTheMoment(store: CacheStore): Promise<void> {
  const at = T0 + 5.000_976_562_5;
  await store.delete('a', at);
  await store.invalidate(['x'], at);
  for (const key of ['a', 'b']) {
    await store.set(key, entry(1, { startedAt: at, tags: ['x'] }));
    await lacks(store, key);
  }
}

async function keepsTheLatest(store: CacheStore): Promise<void> {
  await store.delete('a', T0 + 9);
  await store.delete('a', T0 + 3);
  await store.invalidate(['x'], T0 + 10);
  await store.invalidate(['x'], T0 + 3);
  await store.set('a', entry(1, { startedAt: T0 + 5 }));
  await store.set('b', entry(2, { startedAt: T0 + 5, tags: ['x'] }));
  await lacks(store, 'a');
  await lacks(store, 'b');
}

async function tellsTagsFromKeys(store: CacheStore): Promise<void> {
  const names = ['a', 'k:a', 't:a', '*'];
  for (const name of names) await store.set(`of ${name}`, entry(1, { tags: [name] }));
  for (const name of names) await store.delete(name, T0 + 1);
  for (const name of names) await has(store, `of ${name}`, 1);
  for (const name of names) await store.set(name, entry(2, { startedAt: T0 + 2 }));
  await store.invalidate(names, T0 + 3);
  for (const name of names) await has(store, name, 2);
}

async function invalidatesNothing(store: CacheStore): Promise<void> {
  await store.delete('no such key', T0);
  await store.invalidate(['no such tag'], T0);
  await store.invalidate([], T0);
  await store.clear(T0);
  await store.clear(T0);
  await lacks(store, 'no such key');
}

const oddTexts: readonly string[] = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '../../x',
  'a/b',
  'a\u0000b',
  'a\nb',
  'A',
  'a',
  '*',
  '\ud800',
  '\ud801',
  'é',
  'e\u0301',
  '👩‍🚀',
  'k'.repeat(10_000),
  `${'k'.repeat(9_999)}l`,
];

/** An entry whose value is a number. */
function entry(value: number, facts: Partial<StoredEntry> = {}): StoredEntry {
  return {
    text: String(value),
    startedAt: T0,
    computeMs: 1,
    expiresAt: T0 + 1_000_000,
    keepUntil: T0 + 1_000_000,
    tags: [],
    ...facts,
  };
}

async function has(store: CacheStore, key: string, value: number): Promise<void> {
  assert.equal((await store.get(key))?.text, String(value), `the entry of ${key.slice(0, 40)}`);
}

async function lacks(store: CacheStore, key: string): Promise<void> {
  assert.equal(await store.get(key), undefined, `the entry of ${key.slice(0, 40)} is given`);
}
