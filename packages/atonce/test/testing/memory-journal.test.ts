import { describe, expect, test } from 'vitest';
import type { Journal, JournalRecord } from '../../src/engine/journal.ts';
import { journalContract } from '../../src/testing/journal-contract.ts';
import { memoryJournal } from '../../src/testing/memory-journal.ts';

describe('a journal in memory', () => {
  for (const { name, run } of journalContract(() => memoryJournal())) test(name, run);
});

test('shows every record that was appended, in order', async () => {
  const journal = memoryJournal();
  const session = await journal.open({ task: 't', code: 'c', options: {} });
  const records: JournalRecord[] = [
    { type: 'done', key: 'a', index: 0, attempts: 1, startedAt: 0, durationMs: 0, value: [1] },
    { type: 'fail', key: 'b', index: 1, attempts: 2, error: 'no' },
  ];
  for (const record of records) await session.append(record);
  await session.close();
  expect(journal.records).toEqual(records);
});

describe('the contract finds out a journal that', () => {
  test.each<[string, (journal: Journal) => Journal]>([
    ['forgets when it is closed', () => ({ open: (plan) => memoryJournal().open(plan) })],
    [
      'does not compare plans',
      (sound) => ({ open: () => sound.open({ task: 'any', code: '', options: {} }) }),
    ],
    [
      'acknowledges without keeping',
      (sound) => ({
        open: async (plan) => {
          const session = await sound.open(plan);
          return {
            keyOf: (item) => session.keyOf(item),
            done: (key) => session.done(key),
            append: async () => {},
            close: () => session.close(),
          };
        },
      }),
    ],
  ])('%s', async (_, fault) => {
    const runs = journalContract(() => fault(memoryJournal())).map(({ run }) => run());
    const failures = (await Promise.allSettled(runs)).filter(({ status }) => status === 'rejected');
    expect(failures.length).toBeGreaterThan(0);
  });
});
