import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { fileJournal } from '../../../src/files/journal/file-journal.ts';
import { seededRandom } from '../../../src/kernel/random.ts';
import { fixture, readWriterLog, start, temporaryFolder } from '../support.ts';

/** Kills while records are being written; one in three more comes while starting and recovering. */
const KILLS = 50;

const sizeOf = (path: string) =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

test.each([
  ['kill', 1],
  ['batch', 2],
] as const)(
  'kill -9 at 50 random instants loses nothing that was acknowledged (%s)',
  async (durability, seed) => {
    const path = join(await temporaryFolder(), 'journal.jsonl');
    const log = `${path}.log`;
    const random = seededRandom(seed);
    for (let kills = 0; kills < KILLS;) {
      const before = await sizeOf(log);
      const args = [fixture('journal-writer.mjs'), path, log, '9999999', durability, '16'];
      const { child, ended } = start(process.execPath, args);
      const early = random() < 0.25;
      while (!early && child.exitCode === null && (await sizeOf(log)) === before) await sleep(2);
      await sleep(random() * 100);
      child.kill('SIGKILL');
      const { signal, stdout } = await ended;
      expect([signal, stdout], `seed ${seed}, kill ${kills}`).toEqual(['SIGKILL', '']);
      if (!early) kills++;
    }

    const { acknowledged, runAgain } = await readWriterLog(log);
    const session = await fileJournal(path).open({ task: 'writer', code: '', options: {} });
    const lost = [...acknowledged].filter((key) => session.done(key) === undefined);
    await session.close();
    expect({ lost, runAgain }).toEqual({ lost: [], runAgain: [] });
    // Otherwise nothing was tried.
    expect(acknowledged.size).toBeGreaterThan(KILLS);
  },
);
