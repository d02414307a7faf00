import { expect, test } from 'vitest';
import { nearest } from '../../../src/report/nearest.ts';
import { findFirstWord, parseArguments } from '../../../src/faces/cli/parse-arguments.ts';
import { globalOptions } from '../../../src/operations/global-options.ts';
import { runOperation } from '../../../src/operations/run.ts';

const table = { ...globalOptions, ...runOperation.options };

function parse(...args: string[]): { given: Record<string, string>; words: readonly string[] } {
  const { given, words } = parseArguments(args, table);
  const texts = [...given].map(([name, { text }]) => [name, text] as const);
  return { given: Object.fromEntries(texts), words };
}

test('options are read long, short, joined and grouped', () => {
  expect(parse('--jobs', '4', '-j5').given).toEqual({ jobs: '5' });
  expect(parse('--jobs=4').given).toEqual({ jobs: '4' });
  expect(parse('-kj', '4').given).toEqual({ keepOrder: 'true', jobs: '4' });
  expect(parse('-kj4').given).toEqual({ keepOrder: 'true', jobs: '4' });
  expect(parse('--journal=').given).toEqual({ journal: '' });
});

test('words are kept in order, and everything after -- is a word', () => {
  expect(parse('-j4', 'a', 'b').words).toEqual(['a', 'b']);
  expect(parse('-j4', '--', 'gzip', '-9', '--', '-k').words).toEqual(['gzip', '-9', '--', '-k']);
});

test('a dash alone is a word and a value', () => {
  expect(parse('-').words).toEqual(['-']);
  expect(parse('-a', '-').given).toEqual({ argFile: '-' });
});

test('a flag is taken back with --no-', () => {
  expect(parse('-k', '--no-keep-order').given).toEqual({ keepOrder: 'false' });
});

test.each([
  [['--jbos', '4'], 'unknown option --jbos; did you mean --jobs?'],
  [['--time-out=4'], 'unknown option --time-out; did you mean --timeout?'],
  [['--fast'], 'unknown option --fast'],
  [['-Z'], 'unknown option -Z'],
  [['--no-jobs'], 'unknown option --no-jobs'],
  [['--__proto__'], 'unknown option --__proto__'],
  [['--constructor'], 'unknown option --constructor'],
  [['--jobs'], '--jobs needs a whole number from 1'],
  [['-j'], '-j needs a whole number from 1'],
  [['--jobs', '--tag'], '--jobs needs a whole number'],
  [['--journal', '--resume'], 'write --journal=--resume if that is its value'],
  [['--tag=yes'], '--tag takes no value, got yes'],
])('%j is refused: %s', (args, message) => {
  expect(() => parse(...args)).toThrow(message);
});

test('the verb is found behind options and their values', () => {
  expect(findFirstWord(['-C', 'folder', '--json', 'run', 'x'], globalOptions)).toBe(3);
  expect(findFirstWord(['--json'], globalOptions)).toBeUndefined();
});

test.each([
  ['rnu', 'run'],
  ['doc', 'doctor'],
  ['dcotor', 'doctor'],
  ['RUN', 'run'],
  ['completions', 'completion'],
  ['x', undefined],
  ['something', undefined],
  ['', undefined],
])('the known word nearest to %j is %j', (word, known) => {
  expect(nearest(word, ['run', 'doctor', 'completion'])).toBe(known);
});
