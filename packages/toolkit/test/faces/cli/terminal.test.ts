import { expect, test } from 'vitest';
import { localeIsUnicode } from '../../../src/faces/cli/glyphs.ts';
import { chooseProgress, runsUnderCi, wantsColour } from '../../../src/faces/cli/terminal.ts';

const terminal = { isTTY: true };
const pipe = {};

test.each([
  ['auto', {}, terminal, true],
  ['auto', {}, pipe, false],
  ['auto', { NO_COLOR: '1' }, terminal, false],
  ['auto', { NO_COLOR: '' }, terminal, true],
  ['auto', { TERM: 'dumb' }, terminal, false],
  ['auto', { CLICOLOR: '0' }, terminal, false],
  ['auto', { FORCE_COLOR: '1' }, pipe, true],
  ['auto', { FORCE_COLOR: '0' }, terminal, false],
  ['auto', { CLICOLOR_FORCE: '1' }, pipe, true],
  ['auto', { CLICOLOR_FORCE: '0' }, pipe, false],
  ['auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, terminal, false],
  ['always', { NO_COLOR: '1' }, pipe, true],
  ['never', { FORCE_COLOR: '1' }, terminal, false],
] as const)('--color %s with %j on %j: %s', (option, env, stream, expected) => {
  expect(wantsColour(option, env, stream)).toBe(expected);
});

test.each([
  ['auto', {}, terminal, 'live'],
  ['auto', {}, pipe, 'plain'],
  ['auto', { CI: 'true' }, terminal, 'plain'],
  ['auto', { CI: 'false' }, terminal, 'live'],
  ['auto', { TERM: 'dumb' }, terminal, 'plain'],
  ['live', { CI: 'true' }, terminal, 'live'],
  ['live', {}, pipe, 'plain'],
  ['live', { TERM: 'dumb' }, terminal, 'plain'],
  ['plain', {}, terminal, 'plain'],
  ['json', {}, terminal, 'json'],
  ['none', {}, terminal, 'none'],
] as const)('--progress %s with %j on %j is %s', (progress, env, stream, expected) => {
  expect(chooseProgress({ progress, quiet: false }, env, stream)).toBe(expected);
});

test('quiet shows no progress', () => {
  expect(chooseProgress({ progress: 'auto', quiet: true }, {}, terminal)).toBe('none');
});

test.each([
  [{ LANG: 'C.UTF-8' }, true],
  [{ LANG: 'de_DE.utf8' }, true],
  [{ LANG: 'C' }, false],
  [{}, false],
  [{ LANG: 'C.UTF-8', LC_ALL: 'C' }, false],
  [{ LANG: 'C', LC_CTYPE: 'en_US.UTF-8' }, true],
])('the locale %j is Unicode: %s', (env, expected) => {
  expect(localeIsUnicode(env)).toBe(expected);
});

test('CI is set to something that is not no', () => {
  expect([{ CI: '1' }, { CI: '' }, { CI: '0' }, {}].map(runsUnderCi)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
