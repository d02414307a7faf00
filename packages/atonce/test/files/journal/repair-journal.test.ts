import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileJournal } from '../../../src/files/journal/file-journal.ts';
import { repairJournal } from '../../../src/files/journal/repair-journal.ts';
import { done, plan, refusal, temporaryFolder } from '../support.ts';

/** A journal of a, b, c with a damaged record of b, and where that begins. */
async function damagedJournal() {
  const path = join(await temporaryFolder(), 'journal.jsonl');
  const session = await fileJournal(path).open(plan);
  for (const key of ['a', 'b', 'c']) await session.append(done(key, key));
  await session.close();
  const text = await readFile(path, 'utf8');
  const damaged = text.replace('"key":"b"', '"key":"B"');
  await writeFile(path, damaged);
  const offset = damaged.split('\n').slice(0, 2).join('\n').length + 1;
  return { path, damaged, offset };
}

test('keeps what stands before the damage and moves the rest to a file beside it', async () => {
  const { path, damaged, offset } = await damagedJournal();
  expect((await refusal(fileJournal(path).open(plan))).message).toContain(`byte ${offset}`);
  const movedTo = `${path}.corrupt-${offset}`;
  expect(await repairJournal(path)).toEqual({
    repaired: true,
    keptBytes: offset,
    movedBytes: damaged.length - offset,
    movedTo,
  });
  expect((await readFile(path, 'utf8')) + (await readFile(movedTo, 'utf8'))).toBe(damaged);
  const session = await fileJournal(path).open(plan);
  expect(['a', 'b', 'c'].map((key) => session.done(key)?.value)).toEqual([
    'a',
    undefined,
    undefined,
  ]);
  await session.append(done('b', 'again'));
  await session.close();
});

test('overwrites nothing that an earlier repair has moved away', async () => {
  const { path, damaged, offset } = await damagedJournal();
  await repairJournal(path);
  await writeFile(path, damaged);
  expect(await repairJournal(path)).toMatchObject({ movedTo: `${path}.corrupt-${offset}-2` });
});

test('a damaged header moves everything away, and the journal is new', async () => {
  const { path, damaged } = await damagedJournal();
  await writeFile(path, damaged.replace('"version":1', '"version":7'));
  expect(await refusal(fileJournal(path).open(plan))).toMatchObject({ code: 'E_JOURNAL_CORRUPT' });
  expect(await repairJournal(path)).toMatchObject({ repaired: true, keptBytes: 0 });
  const session = await fileJournal(path).open(plan);
  expect(session.resumed).toBe(0);
  await session.close();
});

test('leaves a sound journal, and one with a torn tail, as it is', async () => {
  const path = join(await temporaryFolder(), 'journal.jsonl');
  await (await fileJournal(path).open(plan)).close();
  const sound = await readFile(path);
  expect(await repairJournal(path)).toMatchObject({ repaired: false, keptBytes: sound.length });
  await writeFile(path, Buffer.concat([sound, Buffer.from('0123')]));
  expect(await repairJournal(path)).toMatchObject({ repaired: false, movedTo: undefined });
});

test('refuses a file that is no journal, one in use, and a missing one', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'diary');
  await writeFile(path, 'dear diary\n');
  expect(await refusal(repairJournal(path))).toMatchObject({ code: 'E_JOURNAL_FORMAT' });
  expect(await readFile(path, 'utf8')).toBe('dear diary\n');
  expect(await refusal(repairJournal(join(folder, 'none')))).toMatchObject({
    code: 'E_JOURNAL',
    cause: { code: 'ENOENT' },
  });
  const used = join(folder, 'used');
  const session = await fileJournal(used).open(plan);
  expect(await refusal(repairJournal(used))).toMatchObject({ code: 'E_LOCKED' });
  await session.close();
});
