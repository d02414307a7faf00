import {
  chmod,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeFileAtomic } from '../../src/files/write-file-atomic.ts';
import { refusal, temporaryFolder } from './support.ts';

const modeOf = async (path: string) => (await stat(path)).mode & 0o7777;

test('writes text and bytes, and leaves no other file', async () => {
  const folder = await temporaryFolder();
  await writeFileAtomic(join(folder, 'text'), 'Zoë');
  await writeFileAtomic(join(folder, 'bytes'), new Uint8Array([0, 255]), { durable: false });
  await writeFileAtomic(join(folder, 'empty'), '');
  expect(await readFile(join(folder, 'text'), 'utf8')).toBe('Zoë');
  expect([...(await readFile(join(folder, 'bytes')))]).toEqual([0, 255]);
  expect((await readdir(folder)).toSorted()).toEqual(['bytes', 'empty', 'text']);
});

test('keeps the mode of the file it replaces, whatever the umask', async () => {
  const path = join(await temporaryFolder(), 'file');
  await writeFile(path, 'old');
  await chmod(path, 0o646);
  await writeFileAtomic(path, 'new');
  expect(await modeOf(path)).toBe(0o646);
  expect(await readFile(path, 'utf8')).toBe('new');
});

test('gives the mode that is asked for, and the usual one otherwise', async () => {
  const folder = await temporaryFolder();
  await writeFileAtomic(join(folder, 'asked'), '', { mode: 0o666 });
  expect(await modeOf(join(folder, 'asked'))).toBe(0o666);
  await writeFileAtomic(join(folder, 'usual'), '');
  expect(await modeOf(join(folder, 'usual'))).toBe(0o666 & ~process.umask());
});

test('writes through a symbolic link and keeps the link', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'sub'));
  await symlink('sub/real', join(folder, 'link'));
  for (const text of ['first', 'second']) {
    await writeFileAtomic(join(folder, 'link'), text);
    expect(await readFile(join(folder, 'sub', 'real'), 'utf8')).toBe(text);
  }
  expect(await readlink(join(folder, 'link'))).toBe('sub/real');
  expect(await readdir(join(folder, 'sub'))).toEqual(['real']);
});

test('takes a name as long as the system does', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'n'.repeat(255));
  await writeFileAtomic(path, 'x');
  expect(await readFile(path, 'utf8')).toBe('x');
});

test('a reader finds one content or the other while many write', async () => {
  const path = join(await temporaryFolder(), 'file');
  const contents = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(100_000));
  await writeFileAtomic(path, contents[0] as string);
  let writing = true;
  const reading = (async () => {
    while (writing) expect(contents).toContain(await readFile(path, 'utf8'));
  })();
  for (let round = 0; round < 10; round++) {
    await Promise.all(contents.map((text) => writeFileAtomic(path, text, { durable: false })));
  }
  writing = false;
  await reading;
  expect(await readdir(join(path, '..'))).toEqual(['file']);
});

describe('refuses with the path and the reason, and leaves no temporary file:', () => {
  test.each<[string, (folder: string) => Promise<string>, string]>([
    ['a missing folder', async (folder) => join(folder, 'no', 'file'), 'ENOENT'],
    ['a folder', async (folder) => folder, 'not a regular file'],
    ['a device', async () => '/dev/null', 'not a regular file'],
    ['a name that is too long', async (folder) => join(folder, 'x'.repeat(256)), 'ENAMETOOLONG'],
    [
      'a path below a file',
      async (folder) => {
        await writeFile(join(folder, 'file'), '');
        return join(folder, 'file', 'x');
      },
      'ENOTDIR',
    ],
  ])('%s', async (_, pathIn, message) => {
    const folder = await temporaryFolder();
    const path = await pathIn(folder);
    const before = await readdir(folder);
    const error = await refusal(writeFileAtomic(path, 'x'));
    expect(error.code).toBe('E_FILE');
    expect(error.message).toContain(path);
    expect(error.message).toContain(message);
    expect(await readdir(folder)).toEqual(before);
  });

  test.each([
    ['path', '', 'x', {}],
    ['data', 'file', 7, {}],
    ['mode', 'file', 'x', { mode: -1 }],
    ['mode', 'file', 'x', { mode: 'rw' }],
    ['durabel', 'file', 'x', { durabel: true }],
  ])('a wrong %s', async (name, path, data, options) => {
    const error = await refusal(writeFileAtomic(path, data as string, options as object));
    expect(error).toMatchObject({ code: 'E_OPTION', option: name });
  });
});
