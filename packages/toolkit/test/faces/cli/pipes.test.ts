import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
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

test.skipIf(!existsSync('/dev/full'))(
  'a full disk under standard output is told and is a failure',
  () => {
    const run = bash('atonce run echo ::: a > /dev/full');
    expect(run.stderr).toContain('no space left on device');
    expect(run.status).toBe(1);
    const doctor = bash('atonce doctor > /dev/full');
    expect(doctor.stderr).toContain('ENOSPC');
    expect(doctor.status).toBe(1);
  },
);

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
