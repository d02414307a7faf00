import {
  mkdir,
  readdir,
  readFile,
  stat,
  symlink,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileJournal, type FileJournal } from '../../../src/files/journal/file-journal.ts';
import type { FileJournalOptions } from '../../../src/files/journal/journal-options.ts';
import { journalContract } from '../../../src/testing/journal-contract.ts';
import { done, fail, plan, refusal, temporaryFolder } from '../support.ts';

async function newJournal(options?: FileJournalOptions): Promise<FileJournal> {
  return fileJournal(join(await temporaryFolder(), 'journal.jsonl'), options);
}

const lines = async (path: string) => (await readFile(path, 'utf8')).trimEnd().split('\n');
const json = (line: string | undefined) => JSON.parse((line ?? '').slice(9)) as unknown;

describe.each(['kill', 'batch', 'each'] as const)(
  'a file journal with durability %s',
  (durability) => {
    for (const { name, run } of journalContract(() => newJournal({ durability }))) test(name, run);
  },
);

test('every key and value comes back from disk', async () => {
  // Fields of that name are refused, as strict-json.test.ts shows.
  const value = fc.jsonValue().filter((json) => !JSON.stringify(json).includes('"__proto__"'));
  const records = fc.uniqueArray(
    fc.record({ key: fc.string({ unit: 'binary', maxLength: 400 }), value }),
    { selector: ({ key }) => key, maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(records, async (given) => {
      const journal = await newJournal({ durability: 'kill' });
      const session = await journal.open(plan);
      await Promise.all(given.map(({ key, value }) => session.append(done(key, value))));
      await session.close();
      const again = await journal.open(plan);
      for (const { key, value } of given) expect(again.done(key)?.value).toEqual(value);
      expect(again.resumed).toBe(given.length);
      await again.close();
    }),
    { numRuns: 40 },
  );
});

test.each([100, 20_000])('%i keys come back, and a run of them is quick to find', async (count) => {
  const journal = await newJournal();
  const session = await journal.open(plan);
  const numbers = Array.from({ length: count }, (_, number) => number);
  await Promise.all(numbers.map((number) => session.append(done(`key ${number}`, { number }))));
  await session.close();
  const again = await journal.open(plan);
  expect(again.resumed).toBe(count);
  for (const number of numbers) expect(again.done(`key ${number}`)?.value).toEqual({ number });
  await again.close();
});

test('begins with a header that says what the run is', async () => {
  const journal = await newJournal({ runId: 'nightly' });
  const before = Date.now();
  const session = await journal.open(plan);
  await session.close();
  const [header, ...rest] = await lines(journal.path);
  expect(rest).toEqual([]);
  expect(json(header)).toEqual({
    format: 'atonce-journal',
    version: 1,
    runId: 'nightly',
    plan: {
      task: 'task',
      codeHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      options: plan.options,
    },
    node: process.version,
    createdAt: expect.any(Number),
  });
  expect((json(header) as { createdAt: number }).createdAt).toBeGreaterThanOrEqual(before);
});

test('keeps the run id of the first session', async () => {
  const journal = await newJournal();
  const first = await journal.open(plan);
  await first.close();
  const again = await fileJournal(journal.path, { runId: 'other' }).open(plan);
  await again.close();
  expect(first.runId).toMatch(/^[0-9a-f-]{36}$/);
  expect(again.runId).toBe(first.runId);
});

test('a failed item leaves name, message and code of its error', async () => {
  const journal = await newJournal();
  const session = await journal.open(plan);
  await session.append(fail('a', Object.assign(new RangeError('too far'), { code: 'E_FAR' })));
  await session.close();
  expect(json((await lines(journal.path))[1])).toEqual({
    type: 'fail',
    key: 'a',
    index: 0,
    attempts: 1,
    error: { name: 'RangeError', message: 'too far', code: 'E_FAR' },
  });
});

test('keeps the sign of -0', async () => {
  const journal = await newJournal();
  const session = await journal.open(plan);
  await session.append(done('a', { n: [-0] }));
  expect(session.done('a')?.value).toStrictEqual({ n: [-0] });
  await session.close();
});

test('names the place that JSON cannot keep, and goes on', async () => {
  const journal = await newJournal();
  const session = await journal.open(plan);
  const error = await refusal(session.append(done('a', { a: [1, 2, 3, 4n] })));
  expect(error).toMatchObject({ code: 'E_UNSERIALISABLE' });
  expect(error.message).toContain('`value.a[3]` is a bigint');
  await session.append(done('b', 1));
  await session.close();
  expect(await lines(journal.path)).toHaveLength(2);
});

test('a key may not pass for the hash of another', async () => {
  const journal = await newJournal();
  const session = await journal.open(plan);
  await session.append(done('k'.repeat(10_000), 1));
  const { key } = json((await lines(journal.path))[1]) as { key: string };
  expect(key).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(session.done(key)).toBeUndefined();
  await session.append(done(key, 2));
  expect(session.done('k'.repeat(10_000))?.value).toBe(1);
  expect(session.done(key)?.value).toBe(2);
  await session.close();
});

describe('a value above 16 kB', () => {
  const large = { text: 'x'.repeat(20_000) };

  async function journalWithLarge(): Promise<{ journal: FileJournal; file: string }> {
    const journal = await newJournal();
    const session = await journal.open(plan);
    await session.append(done('large', large));
    await session.append(done('small', 1));
    await session.close();
    const folder = `${journal.path}.values`;
    return { journal, file: join(folder, (await readdir(folder))[0] ?? '') };
  }

  test('has a file of its own, for its owner only, and a short record', async () => {
    const { journal, file } = await journalWithLarge();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(journal.path)).mode & 0o777).toBe(0o600);
    expect((await stat(`${journal.path}.values`)).mode & 0o777).toBe(0o700);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(large);
    expect((await stat(journal.path)).size).toBeLessThan(1_000);
  });

  test('stays in the journal up to 16 kB exactly', async () => {
    const journal = await newJournal();
    const session = await journal.open(plan);
    await session.append(done('a', 'x'.repeat(16 * 1024 - 2)));
    expect(await readdir(join(journal.path, '..'))).toEqual(['journal.jsonl']);
    await session.append(done('b', 'é'.repeat(8 * 1024)));
    expect(await readdir(`${journal.path}.values`)).toHaveLength(1);
    await session.close();
  });

  test.each<[string, (file: string) => Promise<void>]>([
    ['changed', async (file) => writeFile(file, (await readFile(file, 'utf8')).replace('x', 'y'))],
    ['cut', (file) => truncate(file, 100)],
    ['emptied', (file) => truncate(file, 0)],
    ['deleted', (file) => unlink(file)],
  ])('that was %s counts as not done, with a warning, and can be done again', async (_, damage) => {
    const { journal, file } = await journalWithLarge();
    await damage(file);
    const session = await journal.open(plan);
    expect(session.done('large')).toBeUndefined();
    expect(session.warnings).toEqual([expect.stringContaining('large')]);
    expect(session.done('small')?.value).toBe(1);
    await session.append(done('large', large));
    await session.close();
    const again = await journal.open(plan);
    expect(again.done('large')?.value).toEqual(large);
    await again.close();
  });

  test('leaves no half-written file of a killed process behind', async () => {
    const { journal, file } = await journalWithLarge();
    await writeFile(join(file, '..', '.atonce-half.tmp'), 'x');
    await (await journal.open(plan)).close();
    expect(await readdir(join(file, '..'))).toHaveLength(1);
  });

  test('is awaited by close', async () => {
    const journal = await newJournal();
    const session = await journal.open(plan);
    const append = session.append(done('large', large));
    await session.close();
    await append;
    const again = await journal.open(plan);
    expect(again.done('large')?.value).toEqual(large);
    await again.close();
  });

  test('ends the session when it cannot be kept', async () => {
    const journal = await newJournal();
    const session = await journal.open(plan);
    await writeFile(`${journal.path}.values`, 'a file where the folder should be');
    const error = await refusal(session.append(done('large', large)));
    expect(error).toMatchObject({ code: 'E_JOURNAL', cause: { code: 'EEXIST' } });
    expect(await refusal(session.append(done('small', 1)))).toBe(error);
    await session.close();
  });
});

describe('a changed plan', () => {
  const changed = { ...plan, code: '() => 2', options: { timeoutMs: 200 } };

  test('is refused with each difference, and the file is not touched', async () => {
    const journal = await newJournal();
    await (await journal.open(plan)).close();
    const before = await readFile(journal.path);
    const error = await refusal(journal.open(changed));
    expect(error.code).toBe('E_JOURNAL_CHANGED');
    expect(error.message).toMatch(/code: [0-9a-f]{12} → [0-9a-f]{12}/);
    expect(error.message).toContain('option timeoutMs: 100 → 200');
    expect(error.message).not.toContain('task:');
    expect(await readFile(journal.path)).toEqual(before);
  });

  test('can be accepted, and is then the plan of the run', async () => {
    const journal = await newJournal();
    const session = await journal.open(plan);
    await session.append(done('a', 1));
    await session.close();
    const accepting = await fileJournal(journal.path, { acceptChanges: true }).open(changed);
    expect(accepting.done('a')?.value).toBe(1);
    await accepting.close();
    expect(json((await lines(journal.path)).at(-1))).toMatchObject({ type: 'note' });
    expect(await refusal(journal.open(plan))).toMatchObject({ code: 'E_JOURNAL_CHANGED' });
    const again = await journal.open(changed);
    expect(again.done('a')?.value).toBe(1);
    await again.close();
  });

  test('is not noted when nothing has changed', async () => {
    const journal = await newJournal({ acceptChanges: true });
    await (await journal.open(plan)).close();
    await (await journal.open(plan)).close();
    expect(await lines(journal.path)).toHaveLength(1);
  });
});

describe('resume', () => {
  test('never: refuses a journal that is there, and starts one that is not', async () => {
    const journal = await newJournal({ resume: 'never' });
    await (await journal.open(plan)).close();
    const error = await refusal(journal.open(plan));
    expect(error.code).toBe('E_JOURNAL');
    expect(error.message).toContain('exists already');
  });

  test('require: refuses a missing or empty one and makes none', async () => {
    const journal = await newJournal({ resume: 'require' });
    expect((await refusal(journal.open(plan))).message).toContain('ENOENT');
    expect(await readdir(join(journal.path, '..'))).toEqual([]);
    await writeFile(journal.path, '');
    expect((await refusal(journal.open(plan))).message).toContain('holds no run');
    await (await fileJournal(journal.path).open(plan)).close();
    await (await journal.open(plan)).close();
  });
});

describe('refuses to open, and leaves nothing behind,', () => {
  test.each<[string, (folder: string) => Promise<string>, string]>([
    ['in a missing folder', async (folder) => join(folder, 'no', 'journal'), 'ENOENT'],
    [
      'below a file',
      async (folder) => {
        await writeFile(join(folder, 'file'), '');
        return join(folder, 'file', 'journal');
      },
      'ENOTDIR',
    ],
    [
      'a folder',
      async (folder) => {
        await mkdir(join(folder, 'folder'));
        return join(folder, 'folder');
      },
      'EISDIR',
    ],
    [
      'a link to itself',
      async (folder) => {
        await symlink('loop', join(folder, 'loop'));
        return join(folder, 'loop');
      },
      'ELOOP',
    ],
    ['a name with NUL', async (folder) => join(folder, 'a\0b'), 'null bytes'],
    ['a name that is too long', async (folder) => join(folder, 'x'.repeat(300)), 'ENAMETOOLONG'],
    ['a device', async () => '/dev/null', 'not a regular file'],
  ])('%s', async (_, pathIn, message) => {
    const folder = await temporaryFolder();
    const path = await pathIn(folder);
    const before = await readdir(folder);
    const error = await refusal(fileJournal(path).open(plan));
    expect(error.code).toBe('E_JOURNAL');
    expect(error.message).toContain(message);
    expect(await readdir(folder)).toEqual(before);
    expect(await refusal(fileJournal(path).open(plan))).toMatchObject({ code: 'E_JOURNAL' });
  });

  test('for a plan that JSON cannot keep', async () => {
    const journal = await newJournal();
    const options = { at: new Date(0) as never };
    const error = await refusal(journal.open({ ...plan, options }));
    expect(error.code).toBe('E_UNSERIALISABLE');
    expect(await readdir(join(journal.path, '..'))).toEqual([]);
  });

  test('for a plan that is too large', async () => {
    const journal = await newJournal();
    const error = await refusal(journal.open({ ...plan, task: 'x'.repeat(2 ** 20) }));
    expect(error.message).toContain('too large');
  });
});

test('follows a symbolic link, also one to a file that is not there yet', async () => {
  const folder = await temporaryFolder();
  await symlink('real', join(folder, 'link'));
  const session = await fileJournal(join(folder, 'link')).open(plan);
  expect(await refusal(fileJournal(join(folder, 'real')).open(plan))).toMatchObject({
    code: 'E_LOCKED',
  });
  await session.append(done('a', 1));
  await session.close();
  expect(await lines(join(folder, 'real'))).toHaveLength(2);
});

test.each<[string, (path: string) => Promise<void>, string]>([
  ['deleted', (path) => unlink(path), 'was deleted while in use'],
  ['cut', (path) => truncate(path, 10), 'was changed by somebody else'],
  ['written to', (path) => writeFile(path, 'mine\n', { flag: 'a' }), 'was changed by somebody'],
])('acknowledges nothing more after the file was %s', async (_, harm, message) => {
  const journal = await newJournal();
  const session = await journal.open(plan);
  await session.append(done('a', 1));
  await harm(journal.path);
  const error = await refusal(session.append(done('b', 2)));
  expect(error.code).toBe('E_JOURNAL');
  expect(error.message).toContain(message);
  expect(await refusal(session.append(done('c', 3)))).toBe(error);
  await session.close();
});

test('a record that cannot be read back counts as not done', async () => {
  const journal = await newJournal();
  const session = await journal.open(plan);
  await session.append(done('a', 1));
  await truncate(journal.path, 20);
  expect(session.done('a')).toBeUndefined();
  expect(session.warnings).toHaveLength(1);
  expect(session.done('a')).toBeUndefined();
  expect(session.warnings).toHaveLength(1);
  await session.close();
});

test('is free for the next run after a failed open', async () => {
  const journal = await newJournal();
  await writeFile(journal.path, 'dear diary\n');
  await refusal(journal.open(plan));
  await unlink(journal.path);
  await (await journal.open(plan)).close();
});

describe('refuses the option', () => {
  test.each<[string, unknown, string]>([
    ['durability', 'fast', "Expected `durability` to be 'kill', 'batch' or 'each'"],
    ['durability', 'constructor', 'durability'],
    ['durability', null, 'durability'],
    ['resume', true, "Expected `resume` to be 'auto', 'never' or 'require'"],
    ['acceptChanges', 'yes', 'Expected `acceptChanges` to be true or false'],
    ['runId', '', 'Expected `runId` to be a text of 1 to 200 characters'],
    ['runId', 7, 'runId'],
    ['durabilty', 'kill', 'did you mean `durability`'],
  ])('%s: %j', (name, value, message) => {
    expect(() => fileJournal('journal', { [name]: value })).toThrow(message);
  });

  test.each([undefined, '', 3, null])('path: %j', (path) => {
    expect(() => fileJournal(path as string)).toThrow('Expected `path` to be a file path');
  });
});
