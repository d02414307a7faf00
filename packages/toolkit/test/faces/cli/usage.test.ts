import { expect, test } from 'vitest';
import { operations } from '../../../src/operations/registry.ts';
import { atonce } from './start-command.ts';

const items = [':::', 'a'];

test.each([
  [
    '-j',
    '0',
    '-j must be a whole number from 1 to 100000, a part of the cores such as 50%, auto or adaptive (0 is refused',
  ],
  ['--jobs', '-1', '--jobs needs a whole number from 1'],
  ['--jobs', 'many', '--jobs must be a whole number'],
  ['--jobs', '1.5', 'got "1.5"'],
  ['--timeout', '0', '--timeout must be a duration such as 500ms, 10s, 2m or 1h'],
  ['--timeout', 'soon', 'or none for no limit, got "soon"'],
  ['--grace', '1d', '--grace must be a duration'],
  ['--retries', '-1', '--retries needs a whole number from 0'],
  ['--retries', '1.5', '--retries must be a whole number from 0 to 1000, got "1.5"'],
  ['--halt', 'now', '--halt must be never, soon,fail=N'],
  ['--halt', 'now,fail=0', 'got "now,fail=0"'],
  ['--rate', '5', '--rate must be a whole number of starts per second, minute or hour'],
  ['--output', 'loud', '--output must be one of group, line, raw, got "loud"'],
  ['--on', 'moon', '--on must be one of auto, loop, threads, processes'],
  ['--spawn', 'fork', '--spawn must be one of auto, direct, helper'],
  ['--progress', 'bar', '--progress must be one of auto, live, plain, none, json'],
  ['--color', 'blue', '--color must be one of auto, always, never'],
  ['--journal', '', '--journal must be the path of a file, got ""'],
  ['--colsep', '(', '--colsep must be a regular expression'],
  ['--cwd', '/no/such/folder', '--cwd: cannot work in "/no/such/folder": ENOENT'],
])('%s %s is refused before anything runs', async (option, value, message) => {
  const { code, stdout, stderr } = await atonce(['run', option, value, 'echo', ...items]);
  expect(stderr).toMatch(/^atonce: \S/);
  expect(stderr).toContain(message);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test.each([
  [['--resume'], '--resume needs --journal'],
  [['--accept-changes'], '--accept-changes needs --resume'],
  [['--repair'], '--repair needs --resume'],
  [['--fail-fast', '--halt', 'never'], '--fail-fast and --halt contradict each other'],
  [['--tag', '--output', 'raw'], '--tag and --output raw contradict each other: raw output has no'],
  [['-k', '--output', 'line'], '--output and -k contradict each other: only grouped output'],
  [['--csv', '--tsv'], '--csv and --tsv contradict each other'],
  [['--csv', '-0'], '-0 and --csv contradict each other'],
  [['--csv', '--colsep', ','], '--csv and --colsep contradict each other'],
  [['--module', 'a.js', '--shell'], '--module and --shell contradict each other'],
  [['--module', 'a.js', '--json'], '--module and --json contradict each other: its results are'],
  [['--on', 'loop'], '--on needs --module'],
  [['--dry-run', '--journal', 'j', '--resume'], '--dry-run and --resume contradict each other'],
  [['-q', '-v'], '-q and -v contradict each other'],
  [['-q', '--progress', 'live'], '-q and --progress live contradict each other'],
])('%j is refused, naming what is wrong', async (options, message) => {
  const { code, stderr } = await atonce(['run', ...options, 'echo {}', ...items]);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});

test.each([
  [['rnu'], 'unknown verb "rnu"; did you mean run?'],
  [['frobnicate'], 'unknown verb "frobnicate"; there are: run, config, doctor, completion'],
  [['--jsn', 'doctor'], 'unknown option --jsn; did you mean --json?'],
  [['doctor', 'twice'], 'atonce doctor takes no "twice"'],
  [['doctor', '--jobs', '2'], 'unknown option --jobs'],
  [['completion'], 'atonce completion needs SHELL: bash, zsh, fish'],
  [['completion', 'bsh'], 'SHELL must be one of bash, zsh, fish, got "bsh"; did you mean bash?'],
  [['run'], 'there is no command to run'],
  [['run', ':::', 'a'], 'there is no command to run'],
  [['run', 'cat {} | wc', ':::', 'a'], 'use --shell'],
  [['run', 'true', ':::+', 'a'], '`:::+` needs a source before it'],
  [['run', '--module', 'a.js', 'word', ':::', '1'], '--module takes no command, got "word"'],
  [['run', '--module', './no-such.js', ':::', '1'], 'There is no module'],
])('%j is refused', async (args, message) => {
  const { code, stdout, stderr } = await atonce(args);
  expect(stderr).toContain(message);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test.each([
  [['gzip', '-k', '{}'], '-k'],
  [['gzip', '-k'], '-k'],
  [['-j2', 'git', 'clean', '--dry-run'], '--dry-run'],
])('an option after a bare command is not taken away from it: %j', async (words, option) => {
  const { code, stderr } = await atonce(['run', ...words, ...items]);
  expect(stderr).toContain(`is ${option} meant for atonce or for`);
  expect(stderr).toContain('-- before the command');
  expect(code).toBe(2);
});

const wordsHint = 'words of the command go after -- or into quotes: atonce run OPTIONS -- ';

test.each([
  [['sh', '-c'], `unknown option -c (${wordsHint}sh ...)`],
  [['ls', '-la', '{}'], `unknown option -l (${wordsHint}ls ...)`],
  [['tar', '--tags'], `unknown option --tags; did you mean --tag? (${wordsHint}tar ...)`],
  [['-c', 'sh'], 'unknown option -c'],
  [['tar {}', '--tags'], 'unknown option --tags; did you mean --tag?'],
])('an unknown option that may be of the command: %j', async (words, message) => {
  const { code, stderr } = await atonce(['run', ...words, ...items]);
  expect(stderr).toBe(`atonce: ${message}\n`);
  expect(code).toBe(2);
});

test('a bad variable is named as the person knows it', async () => {
  const { code, stderr } = await atonce(['run', 'echo', ...items], { env: { ATONCE_JOBS: 'x' } });
  expect(stderr).toContain('ATONCE_JOBS must be a whole number');
  expect(code).toBe(2);
});

test('with --json an error is a document too', async () => {
  const { code, stdout } = await atonce(['run', '--json', '--jobs', 'x', 'echo', ...items]);
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    ok: false,
    exitCode: 2,
    data: null,
    errors: [expect.stringContaining('--jobs must be')],
  });
  expect(code).toBe(2);
});

test('without anything help goes to standard error and the code is that of wrong use', async () => {
  const { code, stdout, stderr } = await atonce([]);
  expect(stderr).toContain('Usage: atonce VERB');
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test.each([
  [['--help'], 'Exit codes:'],
  [['-h'], 'Usage: atonce VERB'],
  [['help'], 'Usage: atonce VERB'],
  [['help', 'run'], 'Usage: atonce run'],
  [['run', '--help'], 'Usage: atonce run'],
  [['run', '-h', 'x', ':::', 'y'], 'Usage: atonce run'],
  [['--help', 'doctor'], 'Usage: atonce doctor'],
])('%j shows help on standard output', async (args, text) => {
  const { code, stdout, stderr } = await atonce(args);
  expect(stdout).toContain(text);
  expect(stderr).toBe('');
  expect(code).toBe(0);
});

test('every verb has help of its own', async () => {
  for (const { name, summary } of operations) {
    expect((await atonce([name, '--help'])).stdout).toContain(`atonce ${name}: ${summary}`);
  }
});

test.each(['--version', '-V'])('%s shows the version', async (option) => {
  const { code, stdout } = await atonce([option]);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  expect(code).toBe(0);
});

test('--help and --version after ::: are items', async () => {
  const { stdout } = await atonce(['run', '-k', "printf '%s\\n'", ':::', '--help', '--json', '-j']);
  expect(stdout).toBe('--help\n--json\n-j\n');
});
