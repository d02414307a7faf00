import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readDurations } from '../../../src/plans/durations/journal-durations.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'atonce-durations-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A journal of a plan in which one task took these times. */
function journal(...times: readonly number[]): string {
  const header = { format: 'atonce-journal', version: 1, plan: { task: 'plan' } };
  const done = times.map((durationMs) => ({ type: 'done', key: 'a', durationMs }));
  return [header, ...done].map((content) => `00000000 ${JSON.stringify(content)}\n`).join('');
}

test('a journal that is named twice counts once', async () => {
  const path = folder();
  const file = join(path, 'journal');
  writeFileSync(file, journal(1, 2));
  expect(await readDurations([path, file])).toEqual(new Map([['a', [1, 2]]]));
});

test('damaged lines, torn ends and other files say nothing', async () => {
  const path = folder();
  const lines = journal(1, 2, 3).split('\n');
  lines.splice(2, 1, 'rubbish');
  writeFileSync(join(path, 'torn'), lines.join('\n').slice(0, -20));
  writeFileSync(join(path, 'rubbish'), Buffer.from([0xff, 0x0a, 0, 1, 2]));
  writeFileSync(join(path, 'empty'), '');
  expect(await readDurations([path, join(path, 'none')])).toEqual(new Map([['a', [1]]]));
});

test('a file that cannot be read is an error that names it once', async () => {
  const error: unknown = await readDurations(['/proc/self/mem']).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'E_FILE' });
  expect((error as Error).message.match(/\/proc\/self\/mem/g)).toHaveLength(1);
});
