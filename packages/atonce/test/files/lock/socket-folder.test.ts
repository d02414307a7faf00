import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockBySocketFolder } from '../../../src/files/lock/socket-folder.ts';

// The way of macOS and the BSDs; it works wherever sockets have files.
const isPosix = process.platform !== 'win32';

/** A name no other test has, and the folder it stands for. */
function freshName(): { name: string; folder: string } {
  const name = `atonce-test-${randomUUID()}`;
  const folder = join(tmpdir(), name.slice(0, 28));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { name, folder };
}

test.runIf(isPosix)('is held by one, who is named, and free after release', async () => {
  const { name, folder } = freshName();
  const first = await lockBySocketFolder(name);
  expect(first.ok).toBe(true);
  expect(await lockBySocketFolder(name)).toEqual({ ok: false, pid: process.pid });
  if (first.ok) await first.release();
  expect(await readdir(folder)).toEqual([]);
  const again = await lockBySocketFolder(name);
  expect(again.ok).toBe(true);
  if (again.ok) await again.release();
});

test.runIf(isPosix)('never has two holders among ten that come at once', async () => {
  const { name } = freshName();
  for (let round = 0; round < 5; round++) {
    const attempts = await Promise.all(Array.from({ length: 10 }, () => lockBySocketFolder(name)));
    const held = attempts.flatMap((attempt) => (attempt.ok ? [attempt] : []));
    expect(held.length).toBeLessThanOrEqual(1);
    for (const { release } of held) await release();
  }
});

test.runIf(isPosix)('the socket of a dead process is found out and removed', async () => {
  const { name, folder } = freshName();
  const held = await lockBySocketFolder(name);
  if (held.ok) await held.release();
  // A process that dies without closing its socket leaves the file behind.
  const left = join(folder, '999999-dead');
  const script = `require('net').createServer().listen(${JSON.stringify(left)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
  expect(existsSync(left)).toBe(true);
  const again = await lockBySocketFolder(name);
  expect(again.ok).toBe(true);
  expect(existsSync(left)).toBe(false);
  if (again.ok) await again.release();
});
