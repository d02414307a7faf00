import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { atonce, bin, cleanEnvironment } from '../faces/cli/start-command.ts';
import { temporaryFolder } from '../faces/cli/temporary-folder.ts';

test('items after ::: fill the command, and the summary goes to standard error', async () => {
  const { code, stdout, stderr } = await atonce([
    'run',
    '-k',
    'echo {.} {}',
    ':::',
    'a.svg',
    'b c',
  ]);
  expect(stdout).toBe('a a.svg\nb c b c\n');
  expect(stderr).toMatch(/^atonce: 2 done\njobs' own time [\d.]+ ms in [\d.]+ ms: [\d.]+x\n$/);
  expect(code).toBe(0);
});

test('several words after -- are the command, options of its own included', async () => {
  const { stdout } = await atonce(['run', '-k', '--', 'printf', '-%s-\n', '{}', ':::', '-n', '$x']);
  expect(stdout).toBe('--n-\n-$x-\n');
});

test('items come from standard input, from NUL-ended text, and from files', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'items');
  writeFileSync(file, 'x\ny z\n');
  const args = ['run', '-k', 'echo'];
  expect((await atonce(args, { input: 'a\nb\n' })).stdout).toBe('a\nb\n');
  expect((await atonce([...args.slice(0, 2), '-0', 'echo'], { input: 'a\nb\0c\0' })).stdout).toBe(
    'a\nb\nc\n',
  );
  expect((await atonce([...args, '::::', file])).stdout).toBe('x\ny z\n');
  expect((await atonce(['run', '-k', '-a', file, 'echo'])).stdout).toBe('x\ny z\n');
  expect((await atonce([...args, '::::', '-'], { input: 'q\n' })).stdout).toBe('q\n');
});

test('an empty input is no work and no error', async () => {
  const { code, stdout, stderr } = await atonce(['run', 'echo']);
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toBe('atonce: 0 done\n');
});

test('CSV and TSV with a header fill columns by name; --colsep splits', async () => {
  const csv = 'name,city\n"Ann, B",Rome\nBob,"New\nYork"\n';
  const named = ['run', '-k', '--header', "printf '%s|%s;' {city} {name}"];
  const fromCsv = await atonce([...named, '--csv'], { input: csv });
  expect(fromCsv.stdout).toBe('Rome|Ann, B;New\nYork|Bob;');
  const tsv = 'name\tcity\nAnn\tRome\n';
  const fromTsv = await atonce([...named, '--tsv'], { input: tsv });
  expect(fromTsv.stdout).toBe('Rome|Ann;');
  const split = ['run', '-k', '--colsep', ' *, *', 'echo {2} {1}', ':::', 'a , b'];
  expect((await atonce(split)).stdout).toBe('b a\n');
});

test('sources are combined each with each, or side by side with :::+', async () => {
  const product = ['run', '-k', 'echo {1}{2}', ':::', 'a', 'b', ':::', '1', '2'];
  expect((await atonce(product)).stdout).toBe('a1\na2\nb1\nb2\n');
  const linked = ['run', '-k', 'echo {1}{2}', ':::', 'a', 'b', ':::+', '1', '2'];
  expect((await atonce(linked)).stdout).toBe('a1\nb2\n');
});

test('--shell gives the command to a shell and items stay items', async () => {
  const { stdout } = await atonce(['run', '--shell', 'echo {} | tr a-z A-Z', ':::', '$(id); `x`']);
  expect(stdout).toBe('$(ID); `X`\n');
});

test('--tag begins each line with the item', async () => {
  const { stdout } = await atonce(['run', '-k', '--tag', 'printf "1\\n2\\n" {}', ':::', 'a', 'b']);
  expect(stdout).toBe('a\t1\na\t2\nb\t1\nb\t2\n');
});

test('a failed job gives exit code 1, a line of its own and its reason in the summary', async () => {
  const { code, stderr } = await atonce(['run', 'sh -c \'exit "$1"\' sh {}', ':::', '0', '3', '5']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^atonce: job 2: exit 3 after [\d.]+ ms: sh -c 'exit "\$1"' sh 3$/m);
  expect(stderr).toContain('1 done, 2 failed (1 exit 3, 1 exit 5)');
});

test.each([
  ['every job timed out', ['--timeout', '100ms', 'sleep'], 124, '1 failed (timeout)'],
  ['the command is not there', ['no-such-command-here'], 127, '1 failed (not found)'],
  ['the command is no program', ['/etc/passwd'], 126, '1 failed (not executable)'],
])('%s: the exit code says so', async (_what, words, exitCode, text) => {
  const { code, stderr } = await atonce(['run', ...words, ':::', '20']);
  expect(stderr).toContain(text);
  expect(code).toBe(exitCode);
});

test('--retries tries again and says so', async () => {
  const folder = temporaryFolder();
  const script = 'mkdir {}-tried 2>/dev/null && exit 7; echo ok {}';
  const args = ['run', '-C', folder, '--retries', '2', '--shell', script, ':::', 'a'];
  const { code, stdout, stderr } = await atonce(args);
  expect([code, stdout]).toEqual([0, 'ok a\n']);
  expect(stderr).toMatch(/^atonce: job 1: exit 7, try 2 in [\d.]+ m?s$/m);
});

test('--fail-fast stops the run and kills what runs', async () => {
  const args = ['run', '-j2', '--fail-fast', 'sh -c \'[ "$1" = 0 ] && exit 1; sleep "$1"\' sh {}'];
  const { code, stderr } = await atonce([...args, ':::', '30', '0', '30', '30']);
  expect(code).toBe(1);
  expect(stderr).toContain('0 done, 1 failed (exit 1)');
  expect(stderr).toContain('stopped: enough jobs have failed (--halt)');
  expect(stderr).toContain('with --journal FILE such a run could be resumed');
});

test('a run that stopped early says how to go on, and going on runs only what is left', async () => {
  const folder = temporaryFolder();
  const script = 'test -e go || test {} != 2 && echo {}';
  const args = ['-j1', '--halt', 'soon,fail=1', '--journal', 'j', '--shell', script];
  const first = await atonce(['-C', folder, 'run', ...args, ':::', '1', '2', '3']);
  expect(first.code).toBe(4);
  const [, hint = ''] = /go on: atonce (.*)\n/.exec(first.stderr) ?? [];
  expect(hint).toContain('run --resume -j1 --halt');
  writeFileSync(join(folder, 'go'), '');
  const env = cleanEnvironment();
  const shell = `exec '${process.execPath}' '${bin}' ${hint} 2>&1`;
  const second = execFileSync('sh', ['-c', shell], { env, encoding: 'utf8' });
  expect(second).toContain('2\n3\n');
  expect(second).toContain('3 done (1 of them before)');
});

test('the hint names standard input when items came from there', async () => {
  const folder = temporaryFolder();
  const args = ['run', '-C', folder, '--journal', 'j', 'false'];
  const { stderr } = await atonce(args, { input: 'a\n' });
  expect(stderr).toContain(`run the failed jobs again: atonce run --resume -C ${folder}`);
  expect(stderr).toContain('(with the same standard input)');
});

test('--dry-run shows commands as a shell would read them, with their time limits', async () => {
  const folder = temporaryFolder();
  const args = ['run', '-j3', '--dry-run', '-C', folder, 'git push {}', ':::', 'a', "b c'd"];
  const { code, stdout, stderr } = await atonce(args);
  expect(stdout).toBe(
    [
      'git push a  # timeout 30 s, because it is git push',
      `git push 'b c'\\''d'  # timeout 30 s, because it is git push`,
      '',
    ].join('\n'),
  );
  expect(stderr).toBe('atonce: dry run: 2 jobs, 3 at once; nothing was run\n');
  expect(code).toBe(0);
  const none = await atonce(['run', '--dry-run', '--timeout', 'none', 'git push', ':::', 'a']);
  expect(none.stdout).toBe('git push a\n');
});

test('--dry-run touches nothing', async () => {
  const folder = temporaryFolder();
  const files = ['--journal', 'j', '--joblog', 'l', '--results', 'r', '--trace', 't'];
  await atonce(['run', '-C', folder, '--dry-run', ...files, 'touch', ':::', 'x']);
  expect(['j', 'l', 'r', 't', 'x'].filter((name) => existsSync(join(folder, name)))).toEqual([]);
});

test('-C is where every path is meant from', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'in'));
  writeFileSync(join(folder, 'in', 'items'), 'a\n');
  const args = ['-C', join(folder, 'in'), 'run', '--joblog', 'log', 'cp items', '::::', 'items'];
  expect((await atonce(args)).code).toBe(0);
  expect(readFileSync(join(folder, 'in', 'a'), 'utf8')).toBe('a\n');
  expect(readFileSync(join(folder, 'in', 'log'), 'utf8')).toContain('cp items a');
});

test('results, job log, journal and trace are named in the summary and are there', async () => {
  const folder = temporaryFolder();
  const files = ['--journal', 'j', '--joblog', 'l', '--results', 'r', '--trace', 't.json'];
  const { stderr } = await atonce(['run', '-C', folder, ...files, 'echo', ':::', 'x']);
  expect(stderr).toContain('journal j · joblog l · results r · trace t.json');
  expect(readFileSync(join(folder, 'r/1/x/stdout'), 'utf8')).toBe('x\n');
  const trace = JSON.parse(readFileSync(join(folder, 't.json'), 'utf8')) as { name: string }[];
  expect(trace.map(({ name }) => name)).toContain('echo x');
});

test('--json writes exactly one document; output of jobs goes to standard error', async () => {
  const args = ['run', '--json', 'sh -c \'echo "out $1"; exit "$1"\' sh {}', ':::', '0', '3'];
  const { code, stdout, stderr } = await atonce(args);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  const document = JSON.parse(stdout) as Record<string, unknown>;
  expect(Object.keys(document)).toEqual([
    'schemaVersion',
    'command',
    'ok',
    'exitCode',
    'data',
    'warnings',
    'errors',
    'durationMs',
  ]);
  expect(document).toMatchObject({
    schemaVersion: 1,
    command: 'run',
    ok: false,
    exitCode: 1,
    data: {
      succeeded: 1,
      failed: 1,
      failuresByReason: { 'exit 3': 1 },
      jobs: [
        { sequence: 1, end: { kind: 'exit', code: 0 } },
        { sequence: 2, end: { kind: 'exit', code: 3 } },
      ],
    },
  });
  expect(stderr).toContain('out 0\n');
  expect(stderr).toContain('out 3\n');
  expect(code).toBe(1);
});

test.each([
  ['a file of items that is not there', ['echo', '::::', '/no/such/file']],
  ['a journal that cannot be made', ['--journal', '/no/such/folder/j', 'echo', ':::', 'a']],
  ['a trace that cannot be made', ['--trace', '/no/such/folder/t', 'echo', ':::', 'a']],
  ['a job log that cannot be made', ['--joblog', '/no/such/folder/l', 'echo', ':::', 'a']],
])('%s: nothing is run, and the document says why', async (_what, args) => {
  const { code, stdout } = await atonce(['run', '--json', ...args]);
  expect(JSON.parse(stdout)).toMatchObject({
    command: 'run',
    exitCode: 2,
    data: null,
    errors: [expect.stringContaining('/no/such/')],
  });
  expect(code).toBe(2);
});

test('a journal of another command is refused in the words of the command line', async () => {
  const folder = temporaryFolder();
  const args = ['run', '-C', folder, '--journal', 'j'];
  await atonce([...args, 'echo', ':::', 'a']);
  const changed = await atonce([...args, '--resume', 'echo x', ':::', 'a']);
  expect([changed.code, changed.stdout]).toEqual([2, '']);
  expect(changed.stderr).toContain('--accept-changes');
  const accepted = await atonce([...args, '--resume', '--accept-changes', 'echo x', ':::', 'b']);
  expect([accepted.code, accepted.stdout]).toEqual([0, 'x b\n']);
});

test('a journal that is there already is not begun anew, and neither are the logs', async () => {
  const folder = temporaryFolder();
  const args = ['run', '-C', folder, '--journal', 'j', '--joblog', 'l', 'echo', ':::'];
  await atonce([...args, 'a']);
  const log = readFileSync(join(folder, 'l'), 'utf8');
  const again = await atonce([...args, 'a', 'b']);
  expect(again).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'atonce: "j" exists: --resume continues the run it records, another file begins a new one\n',
  });
  expect(readFileSync(join(folder, 'l'), 'utf8')).toBe(log);
  const module = ['run', '-C', folder, '--journal', 'j', '--module', './t.mjs', ':::', '1'];
  writeFileSync(join(folder, 't.mjs'), 'export default (n) => n;\n');
  expect((await atonce(module)).stderr).toContain('"j" exists: --resume continues');
});

test('a damaged journal is refused with a way out, and --repair takes it', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'j');
  const args = ['run', '-C', folder, '-k', '--journal', 'j'];
  await atonce([...args, 'echo', ':::', 'a', 'b', 'c']);
  const lines = readFileSync(file, 'utf8').split('\n');
  const [header = '', first = '', second = '', ...rest] = lines;
  writeFileSync(file, [header, first, second.replace('"done"', '"dome"'), ...rest].join('\n'));
  const refused = await atonce([...args, '--resume', 'echo', ':::', 'a', 'b', 'c']);
  expect(refused.code).toBe(2);
  const offset = header.length + first.length + 2;
  expect(refused.stderr).toContain(`damaged at byte ${offset}`);
  expect(refused.stderr).toContain('On the command line that is --repair.');
  const repair = [...args, '--resume', '--repair', 'echo', ':::', 'a', 'b', 'c'];
  const repaired = await atonce(repair);
  expect([repaired.code, repaired.stdout]).toEqual([0, 'b\nc\n']);
  expect(repaired.stderr).toContain(`warning: the journal was damaged at byte ${offset}`);
  expect(readFileSync(`${file}.corrupt-${offset}`, 'utf8')).toContain('"dome"');
  expect(await atonce(repair)).toMatchObject({ code: 0, stdout: '' });
});

test('a folder for results that cannot be made is refused before anything runs', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'r'), '');
  const args = ['run', '-C', folder, '--results', 'r', 'touch', ':::', 'a', 'b'];
  const { code, stderr } = await atonce(args);
  expect(stderr).toMatch(/^atonce: the folder for results: EEXIST.*\n$/);
  expect(code).toBe(2);
  expect(existsSync(join(folder, 'a'))).toBe(false);
});

test.each([
  [['no-such-program', ':::', 'a', 'b'], 127, 'no-such-program: command not found'],
  [['/etc/passwd', ':::', 'a', 'b'], 126, '/etc/passwd: cannot be executed (EACCES)'],
  [['echo {2}', ':::', 'a', 'b'], 1, "{2} asks for more than the item's 1 column"],
])('-q tells once why nothing could be started: %j', async (words, exitCode, message) => {
  const { code, stderr } = await atonce(['run', '-q', ...words]);
  expect(stderr).toBe(`atonce: ${message}\n`);
  expect(code).toBe(exitCode);
});

test('-q says nothing but errors', async () => {
  const failing = await atonce(['run', '-q', 'sh -c "exit 3"', ':::', 'x']);
  expect([failing.code, failing.stderr]).toEqual([1, '']);
  const wrong = await atonce(['run', '-q', '-j0', 'true', ':::', 'x']);
  expect(wrong.stderr).toContain('-j must be');
});

test('-v tells of every job', async () => {
  const { stderr } = await atonce(['run', '-v', 'true', ':::', 'x']);
  expect(stderr).toMatch(/^atonce: job 1: started: true x$/m);
  expect(stderr).toMatch(/^atonce: job 1: done after [\d.]+ ms: true x$/m);
});

test('--progress none leaves the summary, --progress json gives one object per event', async () => {
  const none = await atonce(['run', '--progress', 'none', 'sh -c "exit 3"', ':::', 'x']);
  expect(none.stderr).toMatch(/^atonce: 0 done, 1 failed/);
  const json = await atonce(['run', '-q', '--no-quiet', '--progress', 'json', 'true', ':::', 'x']);
  const events = json.stderr.split('\n').filter((line) => line.startsWith('{'));
  const types = events.map((line) => (JSON.parse(line) as { type: string }).type);
  expect(types).toEqual(['started', 'counts', 'finished', 'counts']);
});

test('habits come from the environment and are overruled by flags', async () => {
  const env = { ATONCE_TAG: '1', ATONCE_JOBS: '1' };
  expect((await atonce(['run', 'echo', ':::', 'a'], { env })).stdout).toBe('a\ta\n');
  expect((await atonce(['run', '--no-tag', 'echo', ':::', 'a'], { env })).stdout).toBe('a\n');
});

test('the summary has colours only where they are wanted', async () => {
  const args = ['run', 'echo', ':::', 'a'];
  expect((await atonce(args)).stderr).not.toContain('\u001b');
  expect((await atonce(args, { env: { FORCE_COLOR: '1' } })).stderr).toContain('\u001b[32m1 done');
  const never = ['run', '--color', 'never', 'echo', ':::', 'a'];
  expect((await atonce(never, { env: { FORCE_COLOR: '1' } })).stderr).not.toContain('\u001b');
});

test('a module function is applied to JSON lines, and its results are JSON lines', async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'double.mjs'),
    'export function double(n) { if (n === 3) throw new RangeError("three"); return n * 2; }\n',
  );
  const args = ['run', '-C', folder, '--module', './double.mjs#double', '-k'];
  const records = await atonce(args, { input: '1\n2\n3\n' });
  expect(
    records.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { index: 0, ok: true, value: 2 },
    { index: 1, ok: true, value: 4 },
    { index: 2, ok: false, error: { name: 'RangeError', message: 'three' } },
  ]);
  expect(records.code).toBe(1);
  expect(records.stderr).toContain('2 done, 1 failed (RangeError)');
  const processes = await atonce([...args, '--on', 'processes', ':::', '4']);
  expect(processes.stderr.match(/^ran on .*$/gm)).toEqual(['ran on 2 processes, as asked']);
  const values = await atonce([...args, '--emit', 'values', '--on', 'threads', ':::', '4', '[5]']);
  expect(values.stdout).toBe('8\n10\n');
});

test('--dry-run of a module counts its items and finds those that are no JSON', async () => {
  const args = ['run', '--dry-run', '--module', './x.mjs', ':::', '1', 'oops'];
  const { code, stdout, stderr } = await atonce(args);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('"oops"');
  expect(stderr).toContain('./x.mjs#default for 2 items; nothing was run');
});
