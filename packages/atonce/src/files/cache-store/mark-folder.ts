import { mkdir, readdir, rmdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredEntry } from '../../engine/cache/cache-store.ts';
import { markNames } from '../../engine/cache/marks.ts';
import { map } from '../../engine/map.ts';
import { systemCode } from '../system-error.ts';
import { hashedName } from './names.ts';

/** Calls of the system at once. */
const CONCURRENCY = 16;

/** One name's folder with the time of its mark. */
export interface FoundMark {
  readonly folder: string;
  readonly at: number;
}

/**
 * Invalidations on disk. A mark is an empty file whose name is its time, in a folder for what it marks,
 * and the latest one counts: so processes that mark the same thing at once never undo each other,
 * and there is nothing that could be half written.
 */
export class MarkFolder {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Whether an entry began at or before one of the marks that concern it. */
  async cover(
    key: string,
    { startedAt, tags }: Pick<StoredEntry, 'startedAt' | 'tags'>,
  ): Promise<boolean> {
    const folders = markNames(key, tags).map((name) => join(this.folder, hashedName(name)));
    const times = await Promise.all(folders.map(timesIn));
    return times.some((some) => startedAt <= latestOf(some));
  }

  async add(name: string, at: number): Promise<void> {
    const folder = join(this.folder, hashedName(name));
    await writeMark(folder, at);
    await removeTimes(folder, (time) => time < at);
  }

  /** Every name that has a mark. */
  async list(): Promise<FoundMark[]> {
    const names = await namesIn(this.folder);
    return map(
      names.map((name) => join(this.folder, name)),
      async (folder) => ({ folder, at: latestOf(await timesIn(folder)) }),
      { concurrency: CONCURRENCY },
    );
  }

  /** Removes a listed mark; one that was made since stays. */
  async remove({ folder, at }: FoundMark): Promise<void> {
    await removeTimes(folder, (time) => time <= at);
    await unlessGone(rmdir(folder));
  }
}

async function writeMark(folder: string, at: number): Promise<void> {
  for (;;) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      return await writeFile(join(folder, String(at)), '', { mode: 0o600 });
    } catch (error) {
      // Somebody who tidies up has just removed the folder.
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
}

async function removeTimes(folder: string, isOld: (time: number) => boolean): Promise<void> {
  const old = (await timesIn(folder)).filter(isOld);
  await Promise.all(old.map((time) => unlessGone(unlink(join(folder, String(time))))));
}

async function timesIn(folder: string): Promise<number[]> {
  return (await namesIn(folder)).map(Number).filter(Number.isFinite);
}

function latestOf(times: readonly number[]): number {
  return Math.max(-Infinity, ...times);
}

/** What stands in a folder; nothing when there is no folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Waits for a removal; what another process has removed before, or filled again, is no failure. */
export async function unlessGone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}
