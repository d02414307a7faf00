import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { decodeEntry } from '../../../src/files/cache-store/entry-file.ts';
import { fileCacheStore } from '../../../src/files/cache-store/file-cache-store.ts';
import { type Ended, firstOutput, start, temporaryFolder } from '../support.ts';

const program = fileURLToPath(new URL('fixtures/store-user.mjs', import.meta.url));

const user = (folder: string, steps: number, name: string) =>
  start(process.execPath, [program, folder, String(steps), name]);

const answerOf = ({ stdout }: Ended) =>
  JSON.parse(stdout.split('\n')[1] ?? '') as { problems: string[]; gets: number };

test('four processes that set, get, delete, clear and sweep one folder find only whole entries of the right key', async () => {
  const folder = join(await temporaryFolder(), 'cache');
  const ended = await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) => user(folder, 2_000, name).ended),
  );
  for (const each of ended) {
    const { problems, gets } = answerOf(each);
    expect(problems).toEqual([]);
    expect(gets).toBeGreaterThan(50);
  }
});

test('a process killed at any moment leaves whole entries, and the next ones go on', async () => {
  const folder = join(await temporaryFolder(), 'cache');
  for (let kill = 0; kill < 25; kill++) {
    const started = user(folder, 1_000_000, 'k');
    await firstOutput(started);
    await setTimeout(20 + kill * 3);
    started.child.kill('SIGKILL');
    await started.ended;
  }
  const names = await readdir(join(folder, 'entries'), { recursive: true, withFileTypes: true });
  const entries = names.filter((each) => each.isFile() && !each.name.endsWith('.tmp'));
  expect(entries.length).toBeGreaterThan(0);
  for (const { parentPath, name } of entries)
    expect(decodeEntry(await readFile(join(parentPath, name)))).toBeDefined();
  const { problems } = answerOf(await user(folder, 300, 'z').ended);
  expect(problems).toEqual([]);
  await fileCacheStore(folder, { maxEntries: 5 }).sweep();
});
