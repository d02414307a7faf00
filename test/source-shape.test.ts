import { describe, expect, test } from 'vitest';
import { packageSources } from './support/repository.ts';
import { shapeViolations } from './support/source-shape.ts';

test('the sources keep the common shape', () => {
  expect(shapeViolations(packageSources())).toEqual([]);
});

describe('a planted breach of the shape is reported', () => {
  const path = 'packages/atonce/src/engine/a.ts';
  test.each([
    ['export of everything', `export * from './b.ts';`],
    ['export of everything under a name', `export * as b from './b.ts';`],
    ['default export', 'export default 1;'],
    ['default export by name', 'const a = 1;\nexport { a as default };'],
    ['plain error', `export const fail = () => { throw new Error('x'); };`],
    ['plain error without new', `export const fail = () => Error('x');`],
    ['switched-off rule', '// oxlint-disable-next-line no-empty\nexport const a = 1;'],
    ['switched-off rule in a block', '/* eslint-disable */\nexport const a = 1;'],
    ['switched-off compiler', '// @ts-ignore\nexport const a = 1;'],
  ])('%s', (_, text) => {
    expect(shapeViolations([{ path, text }])).toHaveLength(1);
  });

  test.each(['classes', 'interfaces', 'types', 'enums', 'utils'])('folder %s', (folder) => {
    const planted = { path: `packages/atonce/src/engine/${folder}/a.ts`, text: '' };
    expect(shapeViolations([planted])).toHaveLength(1);
  });

  test('more than nine folders under src', () => {
    const files = Array.from({ length: 10 }, (_, n) => ({
      path: `packages/toolkit/src/f${n}/a.ts`,
      text: '',
    }));
    expect(shapeViolations(files)).toEqual(['packages/toolkit/src: has 10 folders']);
    expect(shapeViolations(files.slice(1))).toEqual([]);
  });
});

test('what only looks like a breach is not reported', () => {
  const text = [
    '// new Error(',
    `export const told = 'new Error( export * from';`,
    'export class OwnError extends Error {}',
    'export const isError = (value: unknown): boolean => value instanceof Error;',
  ].join('\n');
  expect(shapeViolations([{ path: 'packages/atonce/src/kernel/a.ts', text }])).toEqual([]);
});
