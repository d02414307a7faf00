import fc from 'fast-check';
import { expect, test } from 'vitest';
import { problemText } from '../../../src/config/problem.ts';
import { plainOf } from '../../../src/config/settings.ts';
import { type NamedFile, readSettings } from '../../../src/config/sources/read-settings.ts';
import { someSettings } from '../arbitrary-settings.ts';
import { yamlOf } from '../yaml-of.ts';

const file: NamedFile = { kind: 'project', path: '/p/c.yaml', shown: 'c.yaml' };

function valuesIn(text: string): Record<string, unknown> {
  const { entries, problems } = readSettings(text, file);
  expect(problems).toEqual([]);
  return Object.fromEntries([...entries].map(([name, { value }]) => [name, plainOf(name, value)]));
}

function problemsIn(text: string): string[] {
  return readSettings(text, file).problems.map(problemText);
}

test('settings stand in the groups of their names', () => {
  const text = [
    'parallel:',
    '  concurrency: 50%',
    '  pools: { io: 128, cpu: cores }',
    'timeouts:',
    '  git push: 2m',
    '  "test": none',
  ].join('\n');
  expect(valuesIn(text)).toEqual({
    'parallel.concurrency': '50%',
    'parallel.pools.io': 128,
    'parallel.pools.cpu': 'cores',
    'timeouts.git push': '2m',
    'timeouts.test': 'none',
  });
});

test('each value knows its file, line and column', () => {
  const { entries } = readSettings('cache:\n  # why\n  store:   files\n', file);
  expect(entries.get('cache.store')).toEqual({
    value: 'files',
    origin: { kind: 'project', file: '/p/c.yaml', line: 3, column: 12 },
  });
});

test.each([
  ['nothing at all', ''],
  ['only comments', '# one\n\n# two\n'],
  ['an empty document', '---\n...\n'],
  ['null', 'null\n'],
  ['groups without anything', 'parallel:\n  # enabled: true\ncache: {}\ntimeouts: ~\n'],
  ['white space', '  \n \n'],
])('%s sets nothing', (_what, text) => {
  expect(valuesIn(text)).toEqual({});
});

test.each([
  ['line ends of Windows', 'cache:\r\n  ttlSeconds: 60\r\n'],
  ['no line end', 'cache:\n  ttlSeconds: 60'],
  ['flow style', '{cache: {ttlSeconds: 60}}'],
  ['quoted keys', '"cache":\n  \'ttlSeconds\': 60\n'],
  ['explicit keys', '? cache\n: ? ttlSeconds\n  : 60\n'],
  ['another base', 'cache:\n  ttlSeconds: 0x3c\n'],
  ['an alias', 'session:\n  checkpointIntervalSeconds: &a 60\ncache:\n  ttlSeconds: *a\n'],
  ['a tag of the core schema', 'cache:\n  ttlSeconds: !!int "60"\n'],
  ['markers and directives', '%YAML 1.2\n---\ncache:\n  ttlSeconds: 60\n...\n'],
  ['tabs where they do no harm', 'cache:\t\n  ttlSeconds:\t60\t# seconds\n'],
])('%s is understood', (_what, text) => {
  expect(valuesIn(text)).toMatchObject({ 'cache.ttlSeconds': 60 });
});

test('all problems of a file are told at once, each with its place', () => {
  const text = [
    'paralel:',
    '  enabled: true',
    'parallel:',
    '  enabled: yes',
    '  concurrency: 0',
    '  pools:',
    '    oi: 4',
    '    cpu: [1, 2]',
    '    db: 2.5',
    'cache: on',
    'concurrency: 4',
    'timeouts:',
    '  default:',
    '  git pus: 1s',
  ].join('\n');
  expect(problemsIn(text)).toEqual([
    'c.yaml:1:1: unknown setting paralel; did you mean parallel?',
    'c.yaml:4:12: parallel.enabled must be true or false, got "yes"',
    'c.yaml:5:16: parallel.concurrency must be a whole number from 1 to 100000, a part of the' +
      ' cores such as 50%, or auto, got 0',
    'c.yaml:7:5: unknown setting parallel.pools.oi; did you mean parallel.pools.io?',
    'c.yaml:8:10: parallel.pools.cpu must be a whole number from 1 to 100000, or cores, got a list',
    'c.yaml:9:9: parallel.pools.db must be a whole number from 1 to 100000, got 2.5',
    'c.yaml:10:8: cache must be a mapping of settings, got "on"',
    'c.yaml:11:1: unknown setting concurrency; did you mean parallel.concurrency?',
    expect.stringMatching(/^c\.yaml:13:\d+: timeouts\.default must be a duration .* got nothing$/),
    'c.yaml:14:3: unknown setting timeouts.git pus; did you mean timeouts.git push?',
  ]);
});

test.each([
  ['a list', '- 1\n- 2\n', 'c.yaml:1:1: the file must be a mapping of settings, got a list'],
  ['a word', 'hello\n', 'c.yaml:1:1: the file must be a mapping of settings, got "hello"'],
  ['a quoted number', 'cache: {ttlSeconds: "60"}', 'got "60"'],
  ['a mapping', 'cache:\n  ttlSeconds:\n    seconds: 60\n', 'got a mapping'],
  ['not a number', 'cache: {ttlSeconds: .nan}', 'got .nan'],
  ['infinity', 'cache: {ttlSeconds: .inf}', 'got .inf'],
  ['a very large number', `cache: {ttlSeconds: ${'9'.repeat(500)}}`, 'got 9999'],
  ['a full name as a key', 'cache.store: files', 'did you mean store inside cache?'],
  ['the prototype', '__proto__:\n  polluted: 1\n', 'c.yaml:1:1: unknown setting __proto__'],
  ['a prototype within', 'cache:\n  __proto__: 1\n', 'c.yaml:2:3: unknown setting cache.__proto__'],
  ['a constructor', 'cache: {constructor: 1}', 'unknown setting cache.constructor'],
  ['a merge key', 'a: &a {}\ncache:\n  <<: *a\n', 'unknown setting cache.<<'],
  ['an empty key', '"": 1', 'unknown setting ""'],
  ['control characters', '"a\\u001b[31m\\nb": 1', 'unknown setting a b'],
])('%s is refused', (_what, text, message) => {
  expect(problemsIn(text).join('\n')).toContain(message);
});

test.each([
  [
    'a key twice',
    'cache: {}\nparallel: {}\ncache: {}\n',
    'c.yaml:3:1: duplicate key "cache": it stands in line 1 already',
  ],
  [
    'a key twice within',
    'cache:\n  store: files\n  store: files\n',
    'c.yaml:3:3: duplicate key "store"',
  ],
  [
    'tabs that indent',
    'cache:\n\tstore: files\n',
    'c.yaml:2:1: Tabs are not allowed as indentation',
  ],
  ['a mapping in a line', 'cache: store: files\n', 'c.yaml:1:8: Nested mappings are not allowed'],
  ['a missing bracket', 'cache: {store: files\n', 'c.yaml:'],
  ['a missing quote', 'cache: "\n', 'c.yaml:'],
  ['two documents', 'cache: {}\n---\ncache: {}\n', 'c.yaml:2:1: there must be one document only'],
  ['a tag of its own', 'cache: !!js/function "x"\n', 'Unresolved tag'],
  ['a binary', 'cache: {store: !!binary "aGk="}\n', 'Unresolved tag'],
  ['a key that is a list', '? [a, b]\n: 1\n', 'a key must be a text'],
  ['a key that is an alias', 'cache: &a {}\n*a : 1\n', 'a key must be a text'],
  ['an unknown alias', 'cache: *nothing\n', 'c.yaml:1:8: the alias *nothing has no complete value'],
  [
    'a circle',
    'cache: &a\n  store: *a\n',
    'c.yaml:2:10: the alias *a has no complete value &a before it',
  ],
  ['a deep nesting', `cache: ${'['.repeat(60)}${']'.repeat(60)}`, 'nested deeper than 50 levels'],
  ['an abyss', `cache: ${'['.repeat(100_000)}`, 'c.yaml:1:'],
])('%s is not the YAML that is wanted', (_what, text, message) => {
  expect(problemsIn(text).join('\n')).toContain(message);
});

test('aliases that stand for a billion values are refused without being followed', () => {
  const lines = ['a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]'];
  for (let level = 1; level < 10; level++) {
    const below = Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ');
    lines.push(`a${level}: &a${level} [${below}]`);
  }
  expect(problemsIn(lines.join('\n'))).toEqual([
    expect.stringMatching(/^c\.yaml:\d+:\d+: the aliases stand for more than 10000 values$/),
  ]);
});

test('a file of nothing but mistakes is read to its hundredth', () => {
  const keys = Array.from({ length: 50_000 }, (_, index) => `k${index}: 1`).join('\n');
  expect(problemsIn(keys)).toHaveLength(100);
  const twice = `${'a: 1\n'.repeat(50_000)}`;
  expect(problemsIn(twice)).toHaveLength(100);
});

test('a long key or value is shown shortened', () => {
  const [unknown = ''] = problemsIn(`${'x'.repeat(900)}: 1`);
  expect(unknown).toBe(`c.yaml:1:1: unknown setting ${'x'.repeat(57)}...`);
  const [wrong = ''] = problemsIn(`cache: {store: ${'y'.repeat(9000)}}`);
  expect(wrong.length).toBeLessThan(200);
});

test('whatever is set is read back, in either style and with either line end', () => {
  fc.assert(
    fc.property(someSettings, fc.constantFrom('\n', '\r\n'), fc.boolean(), (cases, end, flow) => {
      const wanted = Object.fromEntries([...cases].map(([name, { plain }]) => [name, plain]));
      expect(valuesIn(yamlOf(cases, { flow }).replaceAll('\n', end))).toEqual(wanted);
    }),
  );
});

test('no text makes reading throw, and problems are in the order of the text', () => {
  const words = [
    'cache',
    ':',
    ' ',
    '\n',
    '  ',
    '- ',
    '{',
    '}',
    '"',
    '&a',
    '*a',
    '!!',
    '#',
    '\t',
    '%',
  ];
  const texts = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 4 })), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(texts, (parts) => {
      const { problems } = readSettings(parts.join(''), file);
      const places = problems.map(({ line = 0, column = 0 }) => line * 10_000 + column);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }),
    { numRuns: 500 },
  );
});
