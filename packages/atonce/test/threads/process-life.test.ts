import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { processes } from 'atonce/threads';
import { expect, test } from 'vitest';
import { inheritedArguments } from '../../src/threads/inherited-arguments.ts';
import { task, until } from './support.ts';

const run = promisify(execFile);
const fixture = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const settings = { timeout: 25_000 };

test('time limits and graces do not keep a process alive', async () => {
  const { stdout } = await run(process.execPath, [fixture('leaves-timers.js')], settings);
  expect(stdout).toBe('done\n');
});

test('a process that exits takes those with it that compute for it', async () => {
  const { stdout } = await run(process.execPath, [fixture('exits-while-busy.js')], settings);
  const pid = Number(stdout);
  expect(pid).toBeGreaterThan(0);
  await until(() => !isRunning(pid));
});

test.each(['threads', 'processes'])(
  'a program given on the command line can use %s, which do not run it again',
  async (kind) => {
    // Beside this file, so that the packages are found.
    const program = `
      const { ${kind}, moduleTask } = await import('atonce/threads');
      if (process.env.ATONCE_TEST_AGAIN !== undefined) process.exit(9);
      process.env.ATONCE_TEST_AGAIN = 'yes';
      const pool = ${kind}({ workers: 1, inline: false });
      console.log(await pool.run(moduleTask(${JSON.stringify(taskUrl)}), 21));
      await pool.close();`;
    for (const option of ['-e', '--eval']) {
      const args = ['--input-type=module', option, program];
      const { stdout } = await run(process.execPath, args, { ...settings, cwd: fixture('.') });
      expect(stdout).toBe('42\n');
    }
  },
);

const taskUrl = new URL('./fixtures/tasks.js', import.meta.url).href;

test.each([
  [['-e', '1 + 1'], []],
  [['-p', '1', '--no-warnings'], ['--no-warnings']],
  [['--print=1', '--eval=2'], []],
  [
    ['--input-type=module', '--import', 'tsx', '-pe', 'code'],
    ['--import', 'tsx'],
  ],
  [['--inspect-brk=9229', '--max-old-space-size=100'], ['--max-old-space-size=100']],
  [
    ['--conditions', 'source'],
    ['--conditions', 'source'],
  ],
])('of the options %j workers get %j', (given, expected) => {
  expect(inheritedArguments(given)).toEqual(expected);
});

test.runIf(process.platform === 'linux')(
  'a process that cannot even be asked for leaves nothing open',
  async () => {
    const openFiles = (): number => readdirSync('/proc/self/fd').length;
    await using pool = processes({ execArgv: ['\0'] });
    const call = (): Promise<unknown> => pool.run(task<number, number>('default'), 1);
    await expect(call()).rejects.toMatchObject({ code: 'E_WORKER_START' });
    const before = openFiles();
    for (let again = 0; again < 20; again++) await call().catch(() => undefined);
    expect(openFiles()).toBeLessThan(before + 10);
  },
);

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
