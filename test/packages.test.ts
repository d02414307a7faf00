import { expect, test } from 'vitest';
import { completeLockfile, missingOptionalPackages } from '../scripts/complete-lockfile.mjs';
import { readJson } from './support/repository.ts';

interface Manifest {
  readonly version: string;
  readonly type: string;
  readonly license: string;
  readonly engines: { readonly node: string };
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const lib = readJson<Manifest>('packages/atonce/package.json');
const tools = readJson<Manifest>('packages/toolkit/package.json');
const lock = readJson<{ packages: Record<string, { resolved?: string; link?: boolean }> }>(
  'package-lock.json',
);

test('the library has no dependencies of any kind', () => {
  expect(lib.dependencies ?? {}).toEqual({});
  expect(lib.peerDependencies ?? {}).toEqual({});
  expect(lib.optionalDependencies ?? {}).toEqual({});
});

test('the published packages are ESM, MIT and for Node 20.19 and later', () => {
  for (const { type, license, engines } of [lib, tools]) {
    expect({ type, license, engines }).toEqual({
      type: 'module',
      license: 'MIT',
      engines: { node: '>=20.19' },
    });
  }
});

test('the lock file names no registry', () => {
  const named = Object.entries(lock.packages).filter(([, { link, resolved }]) => !link && resolved);
  expect(named.map(([place]) => place)).toEqual([]);
});

test('the lock file has every optional package (else: npm run lockfile:complete)', () => {
  expect(missingOptionalPackages(lock).map(({ place }) => place)).toEqual([]);
});

test('a lock file without a platform package is reported and completed', () => {
  const name = '@tool/binding-linux-x64-musl';
  const parent = { version: '1.2.3', dev: true, optionalDependencies: { [name]: '1.2.3' } };
  const planted = { packages: { 'node_modules/tool': parent } };
  expect(missingOptionalPackages(planted)).toHaveLength(1);
  const entry = { version: '1.2.3', dev: true, optional: true };
  const platform = { cpu: ['x64'], libc: ['musl'], os: ['linux'] };
  expect(completeLockfile(planted).packages).toEqual({
    'node_modules/tool': parent,
    [`node_modules/${name}`]: { ...entry, ...platform },
  });
});
