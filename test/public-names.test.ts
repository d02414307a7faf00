import { expect, test } from 'vitest';
import { readPublicNames } from '../scripts/public-names.mjs';
import { readJson } from './support/repository.ts';

type Exports = Record<string, string | { types: string; default: string }>;

const lib = readJson<{ exports: Exports }>('packages/atonce/package.json');

test('the public names are the written list (after a wanted change: npm run names:update)', async () => {
  expect(await readPublicNames()).toEqual(readJson('test/public-names.json'));
});

test('each entry exports at least one name', async () => {
  for (const names of Object.values(await readPublicNames())) expect(names).not.toHaveLength(0);
});

test('each public name is reachable by one path', async () => {
  const all = Object.values(await readPublicNames()).flat();
  expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
});

test('the exports map of the library opens five entries and nothing else', async () => {
  const entries = ['.', './threads', './files', './testing', './package.json'];
  expect(Object.keys(lib.exports)).toEqual(entries);
  const inside = ['atonce', 'engine', 'map.js'].join('/');
  await expect(import(inside)).rejects.toThrow(/not exported|not defined|Missing/);
});
