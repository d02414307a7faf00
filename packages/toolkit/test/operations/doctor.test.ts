import { join } from 'node:path';
import { expect, test } from 'vitest';
import { atonce } from '../faces/cli/start-command.ts';
import { temporaryFolder } from '../faces/cli/temporary-folder.ts';

const subjects = ['cores', 'memory', 'open files', 'Node.js', 'git', 'terminal', 'temporary files'];

test('doctor has a line for everything it looked at, and a sum', async () => {
  const { stdout, stderr } = await atonce(['doctor']);
  for (const subject of subjects) {
    expect(stdout).toMatch(
      new RegExp(`^(ok|warning|problem) +${subject.replace('.', '\\.')} `, 'm'),
    );
  }
  expect(stdout).toMatch(/(all is well|\d+ problems?, \d+ warnings?)\n$/);
  expect(stderr).toBe('');
});

test('doctor --json gives the same as data', async () => {
  const { code, stdout } = await atonce(['doctor', '--json']);
  const document = JSON.parse(stdout) as {
    data: { findings: { subject: string; level: string }[] };
  };
  expect(document.data.findings.map(({ subject }) => subject)).toEqual(subjects);
  const hasProblem = document.data.findings.some(({ level }) => level === 'problem');
  expect(code).toBe(hasProblem ? 1 : 0);
});

test('a folder for temporary files that is not there is a problem', async () => {
  const TMPDIR = join(temporaryFolder(), 'gone');
  const { code, stdout } = await atonce(['doctor'], { env: { TMPDIR } });
  expect(stdout).toMatch(/^problem +temporary files +.* cannot be read$/m);
  expect(code).toBe(1);
});
