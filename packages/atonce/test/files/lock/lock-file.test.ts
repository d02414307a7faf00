import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LockedError, lockFile } from '../../../src/files/lock/lock-file.ts';
import { firstOutput, fixture, refusal, start, temporaryFolder } from '../support.ts';

const holder = (path: string, hold = 'hold') =>
  start(process.execPath, [fixture('lock-holder.mjs'), path, hold]);

test('a locked file is refused with the pid of its holder, and free after release', async () => {
  const path = join(await temporaryFolder(), 'file');
  const lock = await lockFile(path);
  const error = await refusal(lockFile(path));
  expect(error).toBeInstanceOf(LockedError);
  expect(error).toMatchObject({ code: 'E_LOCKED', pid: process.pid });
  expect(error.message).toBe(`${path} is in use by this process (${process.pid}) already`);
  await lock.release();
  await lock.release();
  await (await lockFile(path)).release();
});

test('a lock ends with its block', async () => {
  const path = join(await temporaryFolder(), 'file');
  {
    await using lock = await lockFile(path);
    expect(lock.path).toBe(path);
    expect(await refusal(lockFile(path))).toMatchObject({ code: 'E_LOCKED' });
  }
  await (await lockFile(path)).release();
});

test('every way to write the path means the same lock', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'sub'));
  await symlink('sub', join(folder, 'alias'));
  const lock = await lockFile(join(folder, 'sub', 'file'));
  for (const same of ['sub/../sub/file', 'alias/file', 'sub//file']) {
    expect(await refusal(lockFile(`${folder}/${same}`))).toMatchObject({ code: 'E_LOCKED' });
  }
  await (await lockFile(join(folder, 'file'))).release();
  await lock.release();
});

test('only one of twenty that come at once gets it', async () => {
  const path = join(await temporaryFolder(), 'file');
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockFile(path)));
  const locks = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  expect(locks).toHaveLength(1);
  await locks[0]?.release();
});

test('another process is named, and kill -9 frees the lock at once', async () => {
  const path = join(await temporaryFolder(), 'file');
  const other = holder(path);
  expect(await firstOutput(other)).toBe('locked');
  const error = await refusal(lockFile(path));
  expect(error).toMatchObject({ code: 'E_LOCKED', pid: other.child.pid });
  expect(error.message).toBe(`${path} is in use by process ${other.child.pid}`);
  other.child.kill('SIGKILL');
  await other.ended;
  await (await lockFile(path)).release();
});

test('a stopped holder keeps the lock and is named without waiting for its answer', async () => {
  const path = join(await temporaryFolder(), 'file');
  const other = holder(path);
  await firstOutput(other);
  other.child.kill('SIGSTOP');
  expect(await refusal(lockFile(path))).toMatchObject({ pid: other.child.pid });
  other.child.kill('SIGCONT');
  expect(await refusal(lockFile(path))).toMatchObject({ pid: other.child.pid });
});

test('a lock that was not released does not keep its process alive', async () => {
  const path = join(await temporaryFolder(), 'file');
  const { code, stdout } = await holder(path, 'leave').ended;
  expect([code, stdout]).toEqual([0, 'locked']);
  await (await lockFile(path)).release();
});

test('two processes at once: one locks, the other names it', async () => {
  const path = join(await temporaryFolder(), 'file');
  const both = [holder(path), holder(path)];
  const words = await Promise.all(both.map(firstOutput));
  const first = words.indexOf('locked');
  expect(words[1 - first]).toContain(`E_LOCKED ${both[first]?.child.pid} `);
});

test('names no file that cannot be', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), '');
  for (const path of [join(folder, 'no', 'file'), join(folder, 'file', 'below')]) {
    expect(await refusal(lockFile(path))).toMatchObject({ code: 'E_FILE' });
  }
  expect(await refusal(lockFile(''))).toMatchObject({ code: 'E_OPTION' });
});
