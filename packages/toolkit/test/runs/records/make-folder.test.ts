import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from '../../../src/runs/records/make-folder.ts';

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'atonce-test-'))));
afterEach(() => rmSync(root, { recursive: true }));

test('all that is missing on the way is made, and what is there is left', () => {
  const folder = join(root, 'a', 'b', 'c');
  makeFolder(folder);
  writeFileSync(join(folder, 'kept'), '');
  makeFolder(folder);
  makeFolder(`${folder}/d/`);
  expect(existsSync(join(folder, 'kept')) && existsSync(join(folder, 'd'))).toBe(true);
});

test('a file in the way is told', () => {
  writeFileSync(join(root, 'file'), '');
  expect(() => makeFolder(join(root, 'file'))).toThrow(/EEXIST/);
  expect(() => makeFolder(join(root, 'file', 'a', 'b'))).toThrow(/ENOTDIR/);
});

test('a link to nowhere is told', () => {
  symlinkSync(join(root, 'nowhere'), join(root, 'link'));
  expect(() => makeFolder(join(root, 'link'))).toThrow(/EEXIST|ENOENT/);
  expect(() => makeFolder(join(root, 'link', 'a'))).toThrow(/EEXIST|ENOENT/);
});

test.skipIf(!existsSync('/proc/self'))(
  'where nothing can be made that is told, instead of trying for ever (skipped without /proc)',
  () => {
    expect(() => makeFolder('/proc/atonce')).toThrow(/ENOENT/);
    expect(() => makeFolder('/proc/atonce/a/b')).toThrow(/ENOENT/);
  },
);
