import { describe, expect, test } from 'vitest';
import { layerViolations } from './support/layers.ts';
import { packageSources, readJson } from './support/repository.ts';

const dependencies = Object.fromEntries(
  ['atonce', 'toolkit'].map((folder) => {
    const manifest = readJson<{ dependencies?: object }>(`packages/${folder}/package.json`);
    return [folder, Object.keys(manifest.dependencies ?? {})];
  }),
);

test('every import of the packages follows the layers', () => {
  const sources = packageSources();
  expect(sources.length).toBeGreaterThan(0);
  expect(layerViolations(sources, dependencies)).toEqual([]);
});

describe('a planted import against the layers is reported', () => {
  const lib = 'packages/atonce/src';
  const tools = 'packages/toolkit/src';
  test.each([
    ['kernel to engine', `${lib}/kernel/a.ts`, '../engine/map.ts'],
    ['kernel to the entry', `${lib}/kernel/a.ts`, '../index.ts'],
    ['kernel to Node', `${lib}/kernel/a.ts`, 'node:fs'],
    ['engine to threads', `${lib}/engine/a.ts`, '../threads/index.ts'],
    ['engine to files', `${lib}/engine/limits/a.ts`, '../../files/index.ts'],
    ['engine to testing', `${lib}/engine/a.ts`, '../testing/index.ts'],
    ['engine to Node', `${lib}/engine/a.ts`, 'node:process'],
    ['engine to a package', `${lib}/engine/a.ts`, 'p-map'],
    ['threads to files', `${lib}/threads/a.ts`, '../files/index.ts'],
    ['threads to testing', `${lib}/threads/a.ts`, '../testing/index.ts'],
    ['files to threads', `${lib}/files/a.ts`, '../threads/index.ts'],
    ['files to a package', `${lib}/files/a.ts`, 'proper-lockfile'],
    ['files to its own package by name', `${lib}/files/a.ts`, 'atonce'],
    ['testing to threads', `${lib}/testing/a.ts`, '../threads/index.ts'],
    ['the entry to threads', `${lib}/index.ts`, './threads/index.ts'],
    ['the library to the toolkit', `${lib}/files/a.ts`, '../../../toolkit/src/report/a.ts'],
    ['the library to the toolkit by name', `${lib}/files/a.ts`, '@atonce/toolkit'],
    ['Node without its prefix', `${lib}/files/a.ts`, 'fs'],
    ['idea to idea', `${tools}/memory/a.ts`, '../audit/a.ts'],
    ['idea to idea from a deeper folder', `${tools}/memory/index/a.ts`, '../../commands/a.ts'],
    ['idea to operations', `${tools}/commands/a.ts`, '../operations/run.ts'],
    ['idea to faces', `${tools}/commands/a.ts`, '../faces/cli/bin.ts'],
    ['means to an idea', `${tools}/report/a.ts`, '../commands/a.ts'],
    ['means to operations', `${tools}/processes/a.ts`, '../operations/run.ts'],
    ['means to faces', `${tools}/config/a.ts`, '../faces/cli/bin.ts'],
    ['operations to faces', `${tools}/operations/a.ts`, '../faces/cli/bin.ts'],
    ['the toolkit into the library', `${tools}/commands/a.ts`, '../../../atonce/src/index.ts'],
    ['the toolkit to a closed entry', `${tools}/commands/a.ts`, 'atonce/engine/map.js'],
    ['the toolkit to the test helpers', `${tools}/commands/a.ts`, 'atonce/testing'],
    ['the toolkit to an undeclared package', `${tools}/faces/cli/a.ts`, 'chalk'],
  ])('%s', (_, path, specifier) => {
    const forms = [
      `import { x } from '${specifier}';`,
      `import type { X } from '${specifier}';`,
      `export { x } from '${specifier}';`,
      `export const x = () => import('${specifier}');`,
      `export type X = import('${specifier}').X;`,
    ];
    for (const text of forms) {
      expect(layerViolations([{ path, text }], dependencies), text).toHaveLength(1);
    }
  });

  test('a computed import in the neutral core', () => {
    const text = 'export const load = (name: string) => import(name);';
    const planted = (layer: string) => [{ path: `${lib}/${layer}/a.ts`, text }];
    expect(layerViolations(planted('engine'))).toHaveLength(1);
    expect(layerViolations(planted('threads'))).toEqual([]);
  });

  test('a folder that no layer knows', () => {
    const planted = { path: `${tools}/helpers/a.ts`, text: '' };
    expect(layerViolations([planted])).toEqual([`${planted.path}: is in no known layer`]);
  });
});

test('imports along the layers are not reported', () => {
  const allowed = (path: string, specifier: string) => ({ path, text: `import '${specifier}';` });
  const files = [
    allowed('packages/atonce/src/engine/limits/a.ts', '../../kernel/errors.ts'),
    allowed('packages/atonce/src/threads/a.ts', 'node:worker_threads'),
    allowed('packages/atonce/src/testing/a.ts', '../engine/journal.ts'),
    allowed('packages/toolkit/src/faces/cli/a.ts', '../../operations/run.ts'),
    allowed('packages/toolkit/src/commands/a.ts', '../report/a.ts'),
    allowed('packages/toolkit/src/commands/a.ts', 'atonce/threads'),
    allowed('packages/toolkit/src/faces/cli/a.ts', 'string-width'),
  ];
  expect(layerViolations(files, dependencies)).toEqual([]);
});
