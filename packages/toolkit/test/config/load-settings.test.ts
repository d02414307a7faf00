import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAtonceError } from 'atonce';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadResolved } from '../../src/config/load-settings.ts';
import { problemOf } from '../../src/config/problem.ts';
import type { Surroundings } from '../../src/config/sources/find-files.ts';

function project(text: string): Surroundings {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'atonce-load-')));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(join(cwd, 'atonce.config.yaml'), text);
  return { cwd, env: { HOME: cwd }, given: undefined };
}

test('settings come with their types and origins', async () => {
  const where = project('timeouts:\n  test: 90s\n');
  const { values, origins } = await loadResolved(where);
  expect(values['timeouts.test']).toBe(90_000);
  expect(values['timeouts.default']).toBeNull();
  expect(origins['timeouts.test']).toMatchObject({ kind: 'project', line: 2, column: 9 });
  expect(origins['timeouts.default']).toEqual({ kind: 'default' });
});

test('problems of all sources are one error, with every one of them in it', async () => {
  const where = project('cache: 1\ntimeouts:\n  test: x\n');
  const env = { ...where.env, ATONCE_CACHE_STORE: 'x' };
  const error: unknown = await loadResolved({ ...where, env }).catch((thrown: unknown) => thrown);
  expect(isAtonceError(error, 'E_CONFIG')).toBe(true);
  expect((error as ConfigError).problems.map(({ source, line }) => [source, line])).toEqual([
    ['ATONCE_CACHE_STORE', undefined],
    ['atonce.config.yaml', 1],
    ['atonce.config.yaml', 3],
  ]);
});

test('one problem is told in a line, more in a list, very many in part', () => {
  const problems = Array.from({ length: 60 }, (_, index) => problemOf('c.yaml', `wrong ${index}`));
  expect(new ConfigError(problems.slice(0, 1)).message).toBe('c.yaml: wrong 0');
  expect(new ConfigError(problems.slice(0, 2)).message).toBe(
    'the configuration has 2 problems:\n  c.yaml: wrong 0\n  c.yaml: wrong 1',
  );
  const lines = new ConfigError(problems).message.split('\n');
  expect(lines).toHaveLength(52);
  expect(lines.at(-1)).toBe('  and 10 more');
});

test('names of files and settings cannot steer the terminal', () => {
  const { message } = new ConfigError([problemOf('a\u001b[2J\nb.yaml', 'wrong')]);
  expect(message).toBe('a b.yaml: wrong');
});
