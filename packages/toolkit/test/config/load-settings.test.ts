import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAtonceError } from 'atonce';
import { expect, onTestFinished, test } from 'vitest';
import type { ConfigError } from '../../src/config/config-error.ts';
import { loadResolved } from '../../src/config/load-settings.ts';
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
