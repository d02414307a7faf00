import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bin, cleanEnvironment } from './start-command.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Runs a bash script in which `atonce` is the built command. */
function bash(script: string): { status: number | null; stdout: string; stderr: string } {
  const text = `atonce() { '${process.execPath}' '${bin}' "$@"; }; ${script}`;
  return spawnSync('bash', ['-c', text], { env: cleanEnvironment(), encoding: 'utf8' });
}

test('a reader that has seen enough ends the run quietly', () => {
  const { stdout, stderr } = bash(
    'atonce run -j2 "seq {} 200000" ::: 1 2 3 | head -1; echo ${PIPESTATUS[0]}',
  );
  expect(stdout).toMatch(/^[123]\n141\n$/);
  expect(stderr).toBe('');
});

test('a dry run of endless input ends with its reader', () => {
  const { stdout, stderr } = bash(
    'yes | atonce run --dry-run echo | head -1; echo ${PIPESTATUS[1]}',
  );
  expect(stdout).toBe('echo y\n141\n');
  expect(stderr).toBe('');
});

test.each(['doctor', '--help', 'completion bash', 'run --json true ::: a'])(
  'atonce %s into a closed pipe is quiet',
  (args) => {
    const { stderr } = bash(`atonce ${args} | true`);
    expect(stderr).not.toMatch(/EPIPE|Error/);
  },
);

test('standard error that nobody reads ends the run, not in a crash', () => {
  const { stdout } = bash(
    'atonce run -v true ::: $(seq 300) 2>&1 >/dev/null | head -1; echo ${PIPESTATUS[0]}',
  );
  expect(stdout).toMatch(/^atonce: job 1: started: true 1\n\d+\n$/);
  expect(stdout).not.toMatch(/\n125\n$/);
});

describe.skipIf(!existsSync('/dev/full'))('on a full disk (skipped without /dev/full)', () => {
  test.each([
    ['run echo ::: a', 1],
    ['run -q --output line echo ::: a', 1],
    ['run --json -q echo ::: a', 1],
    ['run --dry-run echo ::: a', 1],
    ['run --journal j echo ::: a', 4],
    ['run -f plan.json', 1],
    ['run -f plan.json --graph text', 1],
    ['doctor', 1],
    ['--help', 1],
    ['--version', 1],
  ])('atonce %s says so once and exits with %d', (args, exit) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'plan.json'), '{ "tasks": { "a": "echo x" } }');
    const { stderr, status } = bash(`cd ${folder}; atonce ${args} > /dev/full`);
    expect(stderr.match(/ENOSPC/g)).toHaveLength(1);
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(exit);
  });

  test('a run that prints nothing does not mind', () => {
    const { stderr, status } = bash('atonce run -q true ::: a > /dev/full');
    expect([stderr, status]).toEqual(['', 0]);
  });
});

// The writer is ended only after the run, so a run that waited for it would never end.
test.each([
  ['standard input', 'echo x >&9; atonce run -q --fail-fast false < pipe'],
  ['a named pipe', 'echo x >&9; atonce run -q --fail-fast false :::: pipe'],
  [
    'a named pipe of JSON',
    `echo 'export default () => { throw 1 }' > t.mjs; echo 1 >&9
     atonce run -q --fail-fast --module ./t.mjs :::: pipe >/dev/null`,
  ],
])('%s that stays open does not hold a run that was stopped', (_what, script) => {
  const folder = temporaryFolder();
  const { stdout, stderr } = bash(`cd ${folder}; mkfifo pipe; exec 9<>pipe; ${script}; echo $?`);
  expect([stdout, stderr]).toEqual(['1\n', '']);
});

test('items of a process substitution come as they are written', () => {
  const { stdout } = bash('atonce run -q -k echo :::: <(seq 3) <(sleep 0.2; echo late)');
  expect(stdout).toBe('1 late\n2 late\n3 late\n');
});

test('a closed standard input is an empty one', () => {
  const { status, stderr } = bash('atonce run echo <&-');
  expect(stderr).toContain('0 done');
  expect(status).toBe(0);
});
