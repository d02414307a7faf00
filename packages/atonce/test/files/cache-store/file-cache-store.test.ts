import {
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CacheStore, StoredEntry } from '../../../src/engine/cache/cache-store.ts';
import { createCache } from '../../../src/engine/cache/create-cache.ts';
import { decodeEntry, encodeEntry } from '../../../src/files/cache-store/entry-file.ts';
import {
  type FileCacheStore,
  type FileCacheStoreOptions,
  fileCacheStore,
} from '../../../src/files/cache-store/file-cache-store.ts';
import { entryPath } from '../../../src/files/cache-store/names.ts';
import { cacheStoreContract } from '../../../src/testing/cache-store-contract.ts';
import { refusal, temporaryFolder } from '../support.ts';

const T0 = 1_760_000_000_000;

function entry(value: unknown, facts: Partial<StoredEntry> = {}): StoredEntry {
  const times = { startedAt: T0, computeMs: 1, expiresAt: T0 + 10, keepUntil: T0 + 20 };
  return { text: JSON.stringify(value), ...times, tags: [], ...facts };
}

async function newStore(options?: FileCacheStoreOptions): Promise<FileCacheStore> {
  return fileCacheStore(join(await temporaryFolder(), 'cache'), options);
}

/** Every file below a folder. */
async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
}

const entryFiles = (folder: string): Promise<string[]> => filesBelow(join(folder, 'entries'));

describe('a store in files', () => {
  for (const { name, run } of cacheStoreContract(() => newStore())) test(name, run);
});

describe('a store in files whose every operation is done by another one on the same folder', () => {
  const turns = async (): Promise<CacheStore> => {
    const { folder } = await newStore();
    const next = (): CacheStore => fileCacheStore(folder);
    return {
      get: (key) => next().get(key),
      set: (key, given) => next().set(key, given),
      delete: (key, at) => next().delete(key, at),
      invalidate: (tags, at) => next().invalidate(tags, at),
      clear: (at) => next().clear(at),
    };
  };
  for (const { name, run } of cacheStoreContract(turns)) test(name, run);
});

describe('refuses and names', () => {
  test.each<[string, () => unknown]>([
    ['folder', () => fileCacheStore('')],
    ['folder', () => fileCacheStore(7 as never)],
    ['maxEntries', () => fileCacheStore('x', { maxEntries: 0 })],
    ['maxBytes', () => fileCacheStore('x', { maxBytes: Infinity })],
    ['max', () => fileCacheStore('x', { max: 1 } as never)],
  ])('%s', (option, act) => {
    expect(act).toThrow(expect.objectContaining({ code: 'E_OPTION', option }));
  });
});

test('makes nothing before it is used, and then only for its owner', async () => {
  const store = await newStore();
  expect(await store.get('a')).toBeUndefined();
  await expect(stat(store.folder)).rejects.toThrow('ENOENT');
  await store.set('a', entry(1));
  await store.delete('b', T0);
  for (const path of await filesBelow(store.folder))
    expect((await stat(path)).mode & 0o077).toBe(0);
  expect((await stat(store.folder)).mode & 0o077).toBe(0);
});

test('comes back when its folder was removed meanwhile', async () => {
  const store = await newStore();
  await store.set('a', entry(1));
  await store.sweep();
  await rm(store.folder, { recursive: true });
  expect(await store.get('a')).toBeUndefined();
  await store.set('a', entry(2));
  expect((await store.get('a'))?.text).toBe('2');
});

describe('a file that is not what was written is no entry', () => {
  const whole = encodeEntry('a', entry({ n: 1 }, { tags: ['x'] }));
  const cuts = Array.from({ length: whole.length }, (_, length) => whole.subarray(0, length));
  test('cut off at any byte', async () => {
    const store = await newStore();
    await store.set('a', entry(1));
    const path = entryPath(store.folder, 'a');
    for (const cut of cuts) expect(decodeEntry(cut)).toBeUndefined();
    for (const cut of [cuts[0], cuts[9], cuts[60], cuts.at(-1)]) {
      await writeFile(path, cut as Buffer);
      expect(await store.get('a')).toBeUndefined();
    }
    await store.set('a', entry(2));
    expect((await store.get('a'))?.text).toBe('2');
  });

  test('with any bit turned', () => {
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const damaged = Buffer.from(whole);
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(decodeEntry(damaged)).toBeUndefined();
    }
  });

  test.each<[string, Buffer]>([
    ['empty', Buffer.alloc(0)],
    ['full of NUL', Buffer.alloc(500)],
    ['somebody else’s', Buffer.from('{"a":1}\n')],
    ['of a newer version', reencoded('"version":1', '"version":2')],
    ['of another format', reencoded('atonce-cache', 'atonce-other')],
    ['the entry of another key', encodeEntry('b', entry(1))],
  ])('%s', async (_, bytes) => {
    const store = await newStore();
    await store.set('a', entry(1));
    await writeFile(entryPath(store.folder, 'a'), bytes);
    expect(await store.get('a')).toBeUndefined();
  });

  /** A file whose checksum is right although something in it was replaced. */
  function reencoded(what: string, by: string): Buffer {
    const body = whole.toString('utf8').slice(9).replace(what, by);
    const again = encodeEntry('a', entry(1));
    const { crc32 } = process.getBuiltinModule('node:zlib');
    expect(again.length).toBeGreaterThan(0);
    return Buffer.from(`${crc32(body).toString(16).padStart(8, '0')} ${body}`);
  }
});

test('a link, a folder or a foreign file in its folders harms nothing and is left alone', async () => {
  const store = await newStore({ maxEntries: 1 });
  await store.set('a', entry(1));
  const shard = join(entryPath(store.folder, 'a'), '..');
  const outside = join(await temporaryFolder(), 'outside');
  await writeFile(outside, 'kept');
  await symlink(outside, join(shard, 'link'));
  await mkdir(join(shard, 'folder'));
  await writeFile(join(shard, 'notes.txt'), 'mine');
  await writeFile(join(store.folder, 'entries', 'README'), 'mine');
  for (const key of ['b', 'c', 'd', 'e']) await store.set(key, entry(1));
  await store.sweep();
  await store.clear(T0 + 50);
  expect((await readdir(shard)).toSorted()).toEqual(['folder', 'link', 'notes.txt']);
  expect(await readFile(outside, 'utf8')).toBe('kept');
});

test('an entry where a folder stands is a failure of the system, told as such', async () => {
  const store = await newStore();
  await mkdir(entryPath(store.folder, 'a'), { recursive: true });
  expect(await refusal(store.get('a'))).toMatchObject({ code: 'E_FILE' });
  const error = await refusal(store.set('a', entry(1)));
  expect(error.code).toBe('E_FILE');
  expect(error.message).toContain(store.folder);
});

describe('bounds', () => {
  test('what was used longest ago goes, by number', async () => {
    const store = await newStore({ maxEntries: 10 });
    for (let n = 0; n < 10; n++) {
      await store.set(`${n}`, entry(n));
      const path = entryPath(store.folder, `${n}`);
      await utimes(path, new Date(T0 + n * 1_000), new Date(T0 + n * 1_000));
    }
    // A use counts though the file is old.
    expect(await store.get('0')).toBeDefined();
    await store.set('10', entry(10));
    await store.sweep();
    const there = [];
    for (let n = 0; n <= 10; n++) if ((await store.get(`${n}`)) !== undefined) there.push(n);
    expect(there).toEqual([0, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('and by size; an entry larger than all room is refused', async () => {
    const store = await newStore({ maxBytes: 20_000 });
    for (let n = 0; n < 30; n++) await store.set(`${n}`, entry('x'.repeat(2_000)));
    await store.sweep();
    const sizes = await Promise.all((await entryFiles(store.folder)).map((path) => stat(path)));
    const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
    expect(bytes).toBeLessThanOrEqual(20_000);
    expect(bytes).toBeGreaterThan(5_000);
    expect(await refusal(store.set('large', entry('x'.repeat(20_000))))).toMatchObject({
      code: 'E_CACHE_STORE',
    });
  });

  test('hold by themselves, behind the writes', async () => {
    const store = await newStore({ maxEntries: 50 });
    for (let n = 0; n < 400; n++) await store.set(`${n}`, entry(n));
    await expect
      .poll(async () => (await entryFiles(store.folder)).length, { timeout: 10_000 })
      .toBeLessThanOrEqual(60);
    await store.sweep();
  });

  test('are looked after by many short processes too', async () => {
    const { folder } = await newStore();
    for (let n = 0; n < 60; n++) await fileCacheStore(folder).set(`${n}`, entry(n));
    const swept = new Date(Date.now() - 3_600_000);
    await expect
      .poll(
        () =>
          stat(join(folder, 'swept')).then(
            () => true,
            () => false,
          ),
        { timeout: 10_000 },
      )
      .toBe(true);
    await utimes(join(folder, 'swept'), swept, swept);
    const last = fileCacheStore(folder, { maxEntries: 20 });
    await last.set('one more', entry(1));
    await expect
      .poll(async () => (await entryFiles(folder)).length, { timeout: 10_000 })
      .toBeLessThanOrEqual(20);
    await last.sweep();
  });

  test('a new folder is not swept, so that nothing is under way behind its first write', async () => {
    const { folder } = await newStore();
    await fileCacheStore(folder).set('a', entry(1));
    const { mtimeMs } = await stat(join(folder, 'swept'));
    await rm(folder, { recursive: true });
    expect(mtimeMs).toBeGreaterThan(Date.now() - 60_000);
  });

  test('what a killed process has left half written is removed after an hour', async () => {
    const store = await newStore();
    await store.set('a', entry(1));
    const shard = join(entryPath(store.folder, 'a'), '..');
    const [old, young] = [join(shard, '.atonce-old.tmp'), join(shard, '.atonce-young.tmp')];
    await writeFile(old, 'half');
    await writeFile(young, 'half');
    await utimes(old, new Date(T0), new Date(T0));
    await store.sweep();
    expect(await readdir(shard)).toContain('.atonce-young.tmp');
    expect(await readdir(shard)).not.toContain('.atonce-old.tmp');
  });

  test('of marks: the old ones go with the entries they hide, and nothing comes back', async () => {
    const store = await newStore();
    const now = Date.now();
    await store.set('tagged', entry(1, { startedAt: T0, tags: ['t 5'] }));
    await store.set('other', entry(2, { startedAt: T0 }));
    await store.set('young', entry(3, { startedAt: now - 1_000, tags: ['recent'] }));
    for (let n = 0; n < 1_100; n++) await store.invalidate([`t ${n}`], T0 + n);
    await store.invalidate(['recent'], now);
    await store.sweep();
    expect((await readdir(join(store.folder, 'marks'))).length).toBe(1);
    expect(await store.get('tagged')).toBeUndefined();
    expect(await store.get('young')).toBeUndefined();
    expect((await store.get('other'))?.text).toBe('2');
  });
});

test('marks of one thing leave one file, the latest', async () => {
  const store = await newStore();
  await Promise.all(Array.from({ length: 30 }, (_, n) => store.delete('a', T0 + ((n * 7) % 30))));
  await store.delete('a', T0);
  const marks = await filesBelow(join(store.folder, 'marks'));
  expect(marks.map((path) => path.split('/').at(-1))).toContain(String(T0 + 29));
  await store.set('a', entry(1, { startedAt: T0 + 29 }));
  expect(await store.get('a')).toBeUndefined();
});

test('a cache finds in the files what one before it has computed, and not what was invalidated', async () => {
  const { folder } = await newStore();
  const open = () => createCache<{ n: number }>({ store: fileCacheStore(folder) });
  const first = open();
  await first.getOrCompute('a', () => ({ n: 1 }), { tags: ['x'] });
  await first.getOrCompute('b', () => ({ n: 2 }));
  await first.settled();
  await open().invalidate({ tags: ['x'] });
  const second = open();
  expect(await second.get('b')).toEqual({ n: 2 });
  expect(await second.getOrCompute('a', () => ({ n: 3 }))).toEqual({ n: 3 });
  await second.settled();
  expect(second.stats()).toMatchObject({ storeHits: 1, computations: 1, storeFailures: 0 });
});

test('an entry moved to another name is none', async () => {
  const store = await newStore();
  await store.set('a', entry(1));
  await store.set('b', entry(2));
  await rename(entryPath(store.folder, 'a'), entryPath(store.folder, 'b'));
  expect(await store.get('b')).toBeUndefined();
});
