import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findFiles, projectFile, userFile } from '../../../src/config/sources/find-files.ts';

/** Folders and files below a folder of their own. */
function tree(...paths: string[]): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'atonce-find-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const path of paths) {
    const full = join(root, path);
    if (path.endsWith('/')) mkdirSync(full, { recursive: true });
    else {
      mkdirSync(join(full, '..'), { recursive: true });
      writeFileSync(full, '');
    }
  }
  return root;
}

function found(root: string, cwd: string, home = 'home'): string | undefined {
  const env = { HOME: join(root, home) };
  return projectFile({ cwd: join(root, cwd), env, given: undefined })?.path.slice(root.length + 1);
}

const name = 'atonce.config.yaml';

test('the nearest file at or above the working directory counts', () => {
  const root = tree('repo/.git/', `repo/${name}`, `repo/a/${name}`, 'repo/a/b/', 'repo/c/d/');
  expect(found(root, 'repo/a/b')).toBe(`repo/a/${name}`);
  expect(found(root, 'repo/a')).toBe(`repo/a/${name}`);
  expect(found(root, 'repo/c/d')).toBe(`repo/${name}`);
});

test('the search ends at the root of the repository, a linked one too', () => {
  const root = tree(name, 'repo/.git/', 'repo/a/', 'tree/.git', 'tree/a/');
  expect(found(root, 'repo/a')).toBeUndefined();
  expect(found(root, 'tree/a')).toBeUndefined();
});

test('the search ends at the home folder, which counts', () => {
  const root = tree(name, 'home/a/b/', `other/${name}`, 'other/a/');
  expect(found(root, 'home/a/b')).toBeUndefined();
  writeFileSync(join(root, 'home', name), '');
  expect(found(root, 'home/a/b')).toBe(`home/${name}`);
  symlinkSync(join(root, 'home'), join(root, 'link'));
  expect(found(root, 'home/a/b', 'link')).toBe(`home/${name}`);
});

test('outside repository and home only the working directory counts', () => {
  const root = tree(`other/${name}`, 'other/a/', 'home/');
  expect(found(root, 'other')).toBe(`other/${name}`);
  expect(found(root, 'other/a')).toBeUndefined();
});

test('the file of --config takes the place of the project file, there or not', () => {
  const root = tree(`home/${name}`);
  const files = findFiles({ cwd: join(root, 'home'), env: { HOME: root }, given: 'x/y.yaml' });
  expect(files).toEqual([{ kind: 'given', path: join(root, 'home/x/y.yaml') }]);
});

test("the project's file comes before the user's", () => {
  const root = tree(`home/${name}`, 'home/.config/atonce/config.yaml');
  const home = join(root, 'home');
  const files = findFiles({ cwd: home, env: { HOME: home }, given: undefined });
  expect(files.map(({ kind }) => kind)).toEqual(['project', 'user']);
});

test.each([
  [{ XDG_CONFIG_HOME: '/x', HOME: '/h' }, '/x/atonce/config.yaml'],
  [{ XDG_CONFIG_HOME: '', HOME: '/h' }, '/h/.config/atonce/config.yaml'],
  [{ XDG_CONFIG_HOME: 'relative', HOME: '/h' }, '/h/.config/atonce/config.yaml'],
  [{ HOME: '/h' }, '/h/.config/atonce/config.yaml'],
])("with %j the user's file is %s", (env, path) => {
  expect(userFile(env)).toEqual({ kind: 'user', path });
});

test('without a working directory there is no project file', () => {
  expect(projectFile({ cwd: undefined, env: {}, given: undefined })).toBeUndefined();
});
