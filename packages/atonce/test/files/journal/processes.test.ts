import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileJournal } from '../../../src/files/journal/file-journal.ts';
import { fixture, plan, readWriterLog, refusal, start, temporaryFolder } from '../support.ts';

const writerPlan = { task: 'writer', code: '', options: {} };

const writer = (path: string, count: number) =>
  start(process.execPath, [
    fixture('journal-writer.mjs'),
    path,
    `${path}.log`,
    String(count),
    'batch',
    '8',
  ]);

test('of two processes that open a journal at once, one runs and one is refused', async () => {
  const path = join(await temporaryFolder(), 'journal.jsonl');
  const both = [writer(path, 3_000), writer(path, 3_000)];
  const answers = (await Promise.all(both.map(({ ended }) => ended))).map(
    ({ stdout }) => JSON.parse(stdout) as { ok: boolean; code?: string; message?: string },
  );
  const refused = answers.filter(({ code }) => code === 'E_LOCKED');
  // The second may have come when the first was through; then it found everything done.
  expect(answers.filter(({ ok }) => ok).length + refused.length).toBe(2);
  for (const { message } of refused) expect(message).toMatch(/is in use by process \d+/);
  expect((await readWriterLog(`${path}.log`)).runs).toBe(3_000);
});

test('a journal in use by another process is refused with its pid, stopped or not', async () => {
  const path = join(await temporaryFolder(), 'journal.jsonl');
  const { child } = start(process.execPath, [
    fixture('journal-writer.mjs'),
    path,
    `${path}.log`,
    '9999999',
    'batch',
    '1',
  ]);
  await expect
    .poll(() =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    )
    .toBeGreaterThan(1_000);
  expect(await refusal(fileJournal(path).open(writerPlan))).toMatchObject({ pid: child.pid });
  child.kill('SIGSTOP');
  const error = await refusal(fileJournal(path).open(writerPlan));
  expect(error).toMatchObject({ code: 'E_LOCKED', pid: child.pid });
  expect(error.message).toContain(`is in use by process ${child.pid}`);
});

test('an open journal does not keep its process alive', async () => {
  const path = join(await temporaryFolder(), 'journal.jsonl');
  const { code, stdout, stderr } = await start(process.execPath, [
    fixture('journal-opener.mjs'),
    path,
  ]).ended;
  expect([code, stdout, stderr]).toEqual([0, 'appended', '']);
  expect((await readFile(path, 'utf8')).trimEnd().split('\n')).toHaveLength(2);
});

test('pending appends keep the process alive until they are acknowledged', async () => {
  const path = join(await temporaryFolder(), 'journal.jsonl');
  const { code } = await writer(path, 200).ended;
  expect(code).toBe(0);
  expect((await readWriterLog(`${path}.log`)).acknowledged.size).toBe(200);
});

test('a folder that cannot be written to is told by the name of the journal', async (context) => {
  if (process.getuid?.() === 0) context.skip('root may write anywhere');
  const folder = await temporaryFolder();
  await chmod(folder, 0o500);
  const path = join(folder, 'journal.jsonl');
  const error = await refusal(fileJournal(path).open(plan));
  expect(error).toMatchObject({ code: 'E_JOURNAL', cause: { code: 'EACCES' } });
  expect(error.message).toContain(path);
});
