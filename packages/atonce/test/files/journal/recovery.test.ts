import { appendFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileJournal } from '../../../src/files/journal/file-journal.ts';
import { encodeLine } from '../../../src/files/journal/line.ts';
import { done, fail, plan, refusal, temporaryFolder } from '../support.ts';

const keys = ['a', 'b', 'c', 'd'];

/** A recorded journal: done a, fail b, done b, done c, fail d. */
async function recordedJournal(): Promise<{ path: string; bytes: Buffer; ends: number[] }> {
  const path = join(await temporaryFolder(), 'journal.jsonl');
  const session = await fileJournal(path, { durability: 'kill' }).open(plan);
  const ends = [(await stat(path)).size];
  for (const record of [
    done('a', 1),
    fail('b', 'no'),
    done('b', 'é👩‍🚀'),
    done('c'),
    fail('d', 'no'),
  ]) {
    await session.append(record);
    ends.push((await stat(path)).size);
  }
  await session.close();
  return { path, bytes: await readFile(path), ends };
}

/** Keys that are done after so many whole records. */
const doneAfter = [[], ['a'], ['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c']];

async function reopen(path: string) {
  const session = await fileJournal(path, { durability: 'kill' }).open(plan);
  const found = keys.filter((key) => session.done(key) !== undefined);
  await session.append(done('z', 26));
  await session.close();
  return { found, warnings: session.warnings, resumed: session.resumed };
}

test('a journal cut at any byte holds all whole records, warns once, and goes on', async () => {
  const { path, bytes, ends } = await recordedJournal();
  for (let length = 0; length <= bytes.length; length++) {
    await writeFile(path, bytes.subarray(0, length));
    const whole = ends.filter((end) => end <= length).length - 1;
    const { found, warnings } = await reopen(path);
    expect(found, `cut at ${length}`).toEqual(doneAfter[Math.max(0, whole)]);
    expect(warnings, `cut at ${length}`).toHaveLength(
      length === 0 || ends.includes(length) ? 0 : 1,
    );
    if (length % 8 !== 0) continue;
    // The second time nothing is left to repair.
    const again = await reopen(path);
    expect(again.warnings).toEqual([]);
    expect(again.found).toEqual(found);
  }
});

test('bytes of a header that was cut off are kept beside the journal', async () => {
  const { path, bytes } = await recordedJournal();
  await writeFile(path, bytes.subarray(0, 40));
  await reopen(path);
  expect(await readFile(`${path}.corrupt-0`)).toEqual(bytes.subarray(0, 40));
});

test.each(['\0', '\0\0\0\0', '0'.repeat(7), '00000000 {"ty'])(
  'a last record torn into %j is removed with a warning',
  async (tail) => {
    const { path, bytes } = await recordedJournal();
    await appendFile(path, tail);
    const { found, warnings } = await reopen(path);
    expect(found).toEqual(['a', 'b', 'c']);
    expect(warnings).toEqual([expect.stringContaining(`${tail.length} bytes at ${bytes.length}`)]);
  },
);

test.each([1, 4096, 3_000_000])(
  'a tail of %i NUL bytes is removed with a warning',
  async (length) => {
    const { path, bytes } = await recordedJournal();
    await truncate(path, bytes.length + length);
    const { found, warnings } = await reopen(path);
    expect(found).toEqual(['a', 'b', 'c']);
    expect(warnings).toHaveLength(1);
  },
);

test.each([0, 1, 4096, 3_000_000])(
  'a file of %i NUL bytes is a new journal, nothing done',
  async (length) => {
    const path = join(await temporaryFolder(), 'journal.jsonl');
    await writeFile(path, Buffer.alloc(length));
    const { found, warnings } = await reopen(path);
    expect(found).toEqual([]);
    expect(warnings).toHaveLength(length === 0 ? 0 : 1);
    const again = await reopen(path);
    expect([again.resumed, again.warnings]).toEqual([1, []]);
  },
);

test('a flipped bit anywhere before the last line is told and nothing is touched', async () => {
  const { path, bytes, ends } = await recordedJournal();
  // Without the line feed before it there would be no last line.
  const lastLineFeed = (ends.at(-2) as number) - 1;
  for (let offset = 0; offset < lastLineFeed; offset++) {
    const damaged = Buffer.from(bytes);
    damaged[offset] = (damaged[offset] as number) ^ 0x04;
    await writeFile(path, damaged);
    const error = await refusal(fileJournal(path).open(plan));
    if (offset < 10) expect(error.code).toMatch(/^E_JOURNAL_(CORRUPT|FORMAT)$/);
    else expect(error.code, `bit at ${offset}`).toBe('E_JOURNAL_CORRUPT');
    expect(damaged.equals(await readFile(path))).toBe(true);
  }
});

test('the message on a damaged journal says where and how to repair it', async () => {
  const { path, bytes, ends } = await recordedJournal();
  const start = ends[1] as number;
  bytes[start + 20] = 0x20;
  await writeFile(path, bytes);
  const { message } = await refusal(fileJournal(path).open(plan));
  expect(message).toContain(`at byte ${start}`);
  expect(message).toContain('repairJournal(path)');
  expect(message).toContain(`${path}.corrupt-${start}`);
});

describe('leaves untouched and refuses', () => {
  const header = { format: 'atonce-journal', version: 2, runId: 'x' };
  const gzip = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 10, 3]);
  test.each<[string, string | Buffer, string]>([
    ['a newer format', encodeLine(JSON.stringify(header)), 'format version 2'],
    ['a text without an end', 'hello', 'not a journal'],
    ['a text', 'dear diary\n', 'not a journal'],
    ['other JSON lines', '{"a":1}\n{"a":2}\n', 'not a journal'],
    ['a sound line that is no header', encodeLine('{"a":1}'), 'not a journal'],
    ['a sound line of null', encodeLine('null'), 'not a journal'],
    ['a line feed', '\n', 'not a journal'],
    ['a compressed file', gzip, 'not a journal'],
    ['NUL and then content', Buffer.concat([Buffer.alloc(5000), gzip]), 'not a journal'],
    ['a long text without an end', 'x'.repeat(3_000_000), 'not a journal'],
    ['hex that goes on otherwise', 'deadbeef and more', 'not a journal'],
  ])('%s', async (_, content, message) => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(path, content);
    const error = await refusal(fileJournal(path).open(plan));
    expect(error.code).toBe('E_JOURNAL_FORMAT');
    expect(error.message).toContain(message);
    expect(error.message).toContain('untouched');
    expect(Buffer.from(content).equals(await readFile(path))).toBe(true);
  });

  test('a record of a kind it does not know', async () => {
    const { path } = await recordedJournal();
    await appendFile(path, encodeLine('{"type":"lease","key":"a"}'));
    const before = await readFile(path);
    expect(await refusal(fileJournal(path).open(plan))).toMatchObject({ code: 'E_JOURNAL_FORMAT' });
    expect(await readFile(path)).toEqual(before);
  });
});
