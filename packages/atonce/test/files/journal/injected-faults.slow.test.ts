import { execFileSync, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, type TestContext } from 'vitest';
import { fixture, readWriterLog, start, temporaryFolder } from '../support.ts';

const ITEMS = 20;
/** The header's write and one for each item, since the writer waits for each. */
const WRITES = ITEMS + 1;

/** Whether system calls can be made to fail here. */
function needStrace(context: TestContext): void {
  const { status } = spawnSync('strace', ['-e', 'inject=getpid:error=EPERM', 'true']);
  if (status !== 0) context.skip('strace is missing or not allowed to trace');
}

interface Answer {
  readonly ok?: boolean;
  readonly code?: string;
  readonly message?: string;
  readonly cause?: string;
}

/** Runs the writer with a fault at one system call on the journal; undefined when it was killed. */
async function runWithFault(path: string, fault: string): Promise<Answer | undefined> {
  const traced = ['-f', '-qq', '-o', '/dev/null', '-P', path, '-e', `inject=${fault}`];
  const writer = [fixture('journal-writer.mjs'), path, `${path}.log`, String(ITEMS), 'batch', '1'];
  // One thread, since the tracer counts the calls of each apart.
  const node = ['env', 'UV_THREADPOOL_SIZE=1', process.execPath];
  const { stdout } = await start('strace', [...traced, ...node, ...writer]).ended;
  return stdout === '' ? undefined : (JSON.parse(stdout) as Answer);
}

/** Runs the writer to its end, once more, and checks what all runs together have done. */
async function resume(path: string, fault: string): Promise<void> {
  const writer = [fixture('journal-writer.mjs'), path, `${path}.log`, String(ITEMS), 'batch', '1'];
  const run = () =>
    JSON.parse(execFileSync(process.execPath, writer, { encoding: 'utf8' })) as unknown;
  expect(run(), fault).toMatchObject({ ok: true });
  expect(run(), fault).toEqual({ ok: true, resumed: ITEMS, warnings: [] });
  const { acknowledged, runAgain, runs } = await readWriterLog(`${path}.log`);
  expect(runAgain, fault).toEqual([]);
  // The one item under way may have been recorded and not acknowledged, or have run a second time.
  expect(ITEMS - acknowledged.size, fault).toBeLessThanOrEqual(1);
  expect(runs - ITEMS, fault).toBeLessThanOrEqual(1);
}

async function atEachCall(
  faultAt: (call: number) => string,
  check: (answer: Answer | undefined, fault: string, path: string) => void,
): Promise<void> {
  const folder = await temporaryFolder();
  for (let call = 1; call <= WRITES; call++) {
    const path = join(folder, `journal-${call}.jsonl`);
    // There already, so that the tracer knows the path; empty, so that the run is new.
    await writeFile(path, '');
    const fault = faultAt(call);
    check(await runWithFault(path, fault), fault, path);
    await resume(path, fault);
  }
}

function expectStop(code: string) {
  return (answer: Answer | undefined, fault: string, path: string): void => {
    expect(answer, fault).toMatchObject({ ok: false, code: 'E_JOURNAL', cause: code });
    expect(answer?.message, fault).toContain(path);
    expect(answer?.message, fault).toContain(code);
  };
}

test('a disk that is full from any journal write on stops the run clearly, to be resumed', async (context) => {
  needStrace(context);
  await atEachCall((call) => `pwrite64:error=ENOSPC:when=${call}+`, expectStop('ENOSPC'));
});

test('one failed write is enough to stop', async (context) => {
  needStrace(context);
  await atEachCall((call) => `pwrite64:error=EIO:when=${call}`, expectStop('EIO'));
});

test('one failed sync is enough to stop, and is not tried again', async (context) => {
  needStrace(context);
  await atEachCall((call) => `fdatasync:error=EIO:when=${call}`, expectStop('EIO'));
});

test.for(['pwrite64', 'fdatasync'])(
  'kill -9 at any %s of the journal loses nothing',
  async (callName, context) => {
    needStrace(context);
    await atEachCall(
      (call) => `${callName}:signal=SIGKILL:when=${call}`,
      (answer, fault) => expect(answer, fault).toBeUndefined(),
    );
  },
);
