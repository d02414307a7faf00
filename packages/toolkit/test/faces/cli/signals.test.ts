import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { start, until } from './start-command.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Whether a process is still there. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Starts a job that writes its process id, and waits until it runs. */
async function startJob(
  options: readonly string[],
  script: string,
): Promise<{ run: ReturnType<typeof start>; pid: number; folder: string }> {
  const folder = temporaryFolder();
  const body = `echo $$ > pid; echo ready >&2; ${script} # {}`;
  const args = ['run', '-C', folder, '-j1', '--output', 'line', ...options, '--shell', body];
  const run = start([...args, ':::', 'a', 'b']);
  await until(() => run.stderr().includes('ready'), 'the job runs');
  return { run, folder, pid: Number(readFileSync(join(folder, 'pid'), 'utf8')) };
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)(
  '%s ends the running jobs, tells the summary and exits with %d',
  async (signal, exit) => {
    const { run, pid } = await startJob([], 'sleep 60');
    run.child.kill(signal);
    const { code, stderr } = await run.ended;
    expect(code).toBe(exit);
    expect(stderr).toContain('atonce: stopping: 1 running; once more to kill them');
    expect(stderr).toContain('0 done, 1 cancelled');
    expect(stderr).toContain('stopped before the end');
    expect(isAlive(pid)).toBe(false);
  },
);

test('what was done before Ctrl-C is in the journal, and the summary says how to go on', async () => {
  const folder = temporaryFolder();
  const journal = join(folder, 'journal');
  const body = 'test {} = a || { echo ready >&2; sleep 60; }';
  const args = ['run', '-j1', '--output', 'line', '--journal', journal, '--shell', body];
  const run = start([...args, ':::', 'a', 'b', 'c']);
  await until(() => run.stderr().includes('ready'), 'the second job runs');
  run.child.kill('SIGINT');
  const { code, stderr } = await run.ended;
  expect(code).toBe(130);
  expect(stderr).toContain('1 done, 1 cancelled');
  expect(stderr).toContain('go on: atonce run --resume');
  expect(readFileSync(journal, 'utf8').match(/"done"/g)).toHaveLength(1);
});

test('a job that ignores TERM is killed after the grace', async () => {
  const { run, pid } = await startJob(
    ['--grace', '300ms'],
    'trap "" TERM; sleep 60 & wait; sleep 60',
  );
  run.child.kill('SIGINT');
  expect((await run.ended).code).toBe(130);
  expect(isAlive(pid)).toBe(false);
});

test('a second Ctrl-C kills at once, however long the grace', async () => {
  const { run, pid } = await startJob(['--grace', '1h'], 'trap "" TERM; sleep 60 & wait; sleep 60');
  run.child.kill('SIGINT');
  await until(() => run.stderr().includes('once more to kill'), 'it is stopping');
  expect(isAlive(pid)).toBe(true);
  run.child.kill('SIGINT');
  const { code, stderr } = await run.ended;
  expect(stderr).toContain('atonce: killing the running jobs');
  expect(code).toBe(130);
  expect(isAlive(pid)).toBe(false);
});

test.each([
  ['loop', 'await new Promise(() => setInterval(() => undefined, 1000))'],
  ['threads', 'await new Promise(() => setInterval(() => undefined, 1000))'],
  ['processes', 'for (;;);'],
])('a second Ctrl-C ends a function on %s at once, however long the grace', async (on, body) => {
  const folder = temporaryFolder();
  const task = `
    import { writeFileSync } from 'node:fs';
    export default async () => {
      writeFileSync('pid', String(process.pid));
      ${body};
    };
  `;
  writeFileSync(join(folder, 'task.mjs'), task);
  const args = ['run', '-C', folder, '--grace', '1h', '--module', './task.mjs', '--on', on];
  const run = start([...args, ':::', '1']);
  await until(() => existsSync(join(folder, 'pid')), 'the function runs');
  run.child.kill('SIGINT');
  await until(() => run.stderr().includes('once more to kill'), 'it is stopping');
  run.child.kill('SIGINT');
  const { code, stderr } = await run.ended;
  expect(stderr).toContain('atonce: killing the running jobs');
  expect(stderr).toContain('0 done, 1 cancelled');
  expect(code).toBe(130);
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  await until(() => !isAlive(pid), 'the worker is gone');
});

test('with --json a stopped run still gives its document', async () => {
  const { run } = await startJob(['--json'], 'sleep 60');
  run.child.kill('SIGTERM');
  const { code, stdout } = await run.ended;
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    exitCode: 143,
    data: { stopped: 'signal', cancelled: 1 },
  });
  expect(code).toBe(143);
});

test('a signal after the last job has ended changes nothing', async () => {
  const run = start(['run', 'true', ':::', 'a']);
  const { code } = await run.ended;
  run.child.kill('SIGINT');
  expect(code).toBe(0);
});

test('an error inside ends in 125, with a message, and leaves no job behind', async () => {
  const folder = temporaryFolder();
  const bomb = `data:text/javascript,process.on('SIGUSR2', () => { throw new Error('planted') })`;
  const body = `echo $$ > ${folder}/pid; echo ready >&2; sleep 60 # {}`;
  const args = ['run', '--output', 'line', '--shell', body, ':::', 'a'];
  const run = start(args, { nodeOptions: ['--import', bomb] });
  await until(() => run.stderr().includes('ready'), 'the job runs');
  run.child.kill('SIGUSR2');
  const { code, stderr } = await run.ended;
  expect(stderr).toContain('atonce: internal error: planted (-v shows where)');
  expect(stderr).not.toContain('at process');
  expect(code).toBe(125);
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  await until(() => !isAlive(pid), 'the job is gone');
});

test('with -v an internal error shows its stack', async () => {
  const bomb = `data:text/javascript,setTimeout(() => { throw new Error('planted') }, 300)`;
  const args = ['run', '-v', 'sleep', ':::', '60'];
  const { code, stderr } = await start(args, { nodeOptions: ['--import', bomb] }).ended;
  expect(stderr).toMatch(/internal error: planted\nError: planted\n {4}at /);
  expect(code).toBe(125);
});
