import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, type TestContext } from 'vitest';
import { fileJournal } from '../../../src/files/journal/file-journal.ts';
import { writeFileAtomic } from '../../../src/files/write-file-atomic.ts';
import { done, fixture, plan, readWriterLog, refusal, start, temporaryFolder } from '../support.ts';

/** A file system of 64 kB, or the test is skipped. */
async function smallDisk(context: TestContext, options = ''): Promise<string> {
  const folder = join(await temporaryFolder(), 'disk');
  await mkdir(folder);
  try {
    const size = `size=64k,nr_inodes=50${options}`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    context.skip('mounting a small file system needs root on Linux');
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder], { stdio: 'pipe' }));
  return folder;
}

const isWhole = (text: string) => /^([0-9a-f]{8} \{.*\}\n)+$/.test(text);

test.for(['kill', 'batch', 'each'] as const)(
  'a full disk stops a %s journal, which stays whole and goes on when there is room',
  async (durability, context) => {
    const disk = await smallDisk(context);
    await writeFile(join(disk, 'ballast'), Buffer.alloc(16 * 1024));
    const path = join(disk, 'journal.jsonl');
    const journal = fileJournal(path, { durability });
    const session = await journal.open(plan);
    const keys = Array.from({ length: 100 }, (_, number) => `key ${number}`);
    const appends = keys.map((key) => session.append(done(key, 'x'.repeat(1_000))));
    const settled = await Promise.allSettled(appends);
    const acknowledged = keys.filter((_, index) => settled[index]?.status === 'fulfilled');
    const error = await refusal(Promise.all(appends));
    expect(error).toMatchObject({ code: 'E_JOURNAL', cause: { code: 'ENOSPC' } });
    expect(error.message).toContain(path);
    expect(error.message).toContain('ENOSPC');
    expect(await refusal(session.append(done('later', 1)))).toBe(error);
    await session.close();
    expect(isWhole(await readFile(path, 'utf8'))).toBe(true);

    await rm(join(disk, 'ballast'));
    const again = await journal.open(plan);
    expect(again.warnings).toEqual([]);
    for (const key of acknowledged) expect(again.done(key)).toBeDefined();
    expect(again.resumed).toBe(acknowledged.length);
    await again.append(done('later', 1));
    await again.close();
  },
);

test('a disk without room for the header is told at once, and left as it was', async (context) => {
  const disk = await smallDisk(context);
  const path = join(disk, 'journal.jsonl');
  const fill = await refusal(writeFileAtomic(join(disk, 'ballast'), Buffer.alloc(65 * 1024)));
  expect(fill).toMatchObject({ code: 'E_FILE', cause: { code: 'ENOSPC' } });
  await writeFile(join(disk, 'ballast'), Buffer.alloc(64 * 1024)).catch(() => {});
  const error = await refusal(fileJournal(path).open(plan));
  expect(error).toMatchObject({ code: 'E_JOURNAL', cause: { code: 'ENOSPC' } });
  expect((await stat(path)).size).toBe(0);
  await rm(join(disk, 'ballast'));
  await (await fileJournal(path).open(plan)).close();
});

test('a full disk of values stops the journal and leaves no temporary file', async (context) => {
  const disk = await smallDisk(context);
  const path = join(disk, 'journal.jsonl');
  const session = await fileJournal(path).open(plan);
  await session.append(done('small', 1));
  const error = await refusal(session.append(done('large', 'x'.repeat(80 * 1024))));
  expect(error).toMatchObject({ code: 'E_JOURNAL' });
  expect(error.message).toContain('ENOSPC');
  await session.close();
  const listing = execFileSync('find', [disk, '-type', 'f'], { encoding: 'utf8' });
  expect(listing.trim()).toBe(path);
  const again = await fileJournal(path).open(plan);
  expect(again.done('small')?.value).toBe(1);
  expect(again.done('large')).toBeUndefined();
  await again.close();
});

test('a read-only file system is told by its code', async (context) => {
  const disk = await smallDisk(context);
  const path = join(disk, 'journal.jsonl');
  execFileSync('mount', ['-o', 'remount,ro', disk], { stdio: 'pipe' });
  const error = await refusal(fileJournal(path).open(plan));
  expect(error).toMatchObject({ code: 'E_JOURNAL', cause: { code: 'EROFS' } });
  expect(error.message).toContain(path);
});

test('a limit on the size of files cuts a write short: clear stop, whole file, resumable', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'journal.jsonl');
  const args = [fixture('journal-writer.mjs'), path, `${path}.log`, '40', 'batch', '8'];
  const limited = ['-c', 'ulimit -f 4; exec "$0" "$@"', process.execPath, ...args];
  const stopped = await start('bash', limited).ended;
  const answer = JSON.parse(stopped.stdout) as { code: string; cause: string; message: string };
  expect(answer).toMatchObject({ code: 'E_JOURNAL', cause: 'EFBIG' });
  expect(answer.message).toContain(path);
  expect(isWhole(await readFile(path, 'utf8'))).toBe(true);

  const { code, stdout } = await start(process.execPath, args).ended;
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { ok: true, warnings: [] }]);
  const { acknowledged, runAgain } = await readWriterLog(`${path}.log`);
  expect([acknowledged.size, runAgain]).toEqual([40, []]);
});
