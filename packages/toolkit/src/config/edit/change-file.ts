import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AtonceError, isAtonceError } from 'atonce';
import { type FileLock, lockFile, writeFileAtomic } from 'atonce/files';
import { ConfigError } from '../config-error.ts';
import { problemOf } from '../problem.ts';
import type { NamedFile } from '../sources/read-settings.ts';
import { readText } from '../sources/read-text.ts';

/** Another process changes a few lines; it does not take longer than this, in milliseconds. */
const LONGEST_WAIT_MS = 5_000;

/**
 * Reads a settings file, changes its text and writes it back, with nobody else between the two. A
 * reader finds the old file or the new one. The text is undefined when there is no file yet.
 *
 * @throws ConfigError for a file that cannot be read; AtonceError `E_FILE` for one that cannot be
 * written, `E_LOCKED` when others change it without end; what `change` throws.
 */
export async function changeFile(
  file: NamedFile,
  change: (text: string | undefined) => string,
): Promise<void> {
  const { path, kind } = file;
  if (kind === 'user') await makeFolder(dirname(path));
  const lock = await lockPatiently(path);
  try {
    const read = await readText(path);
    if (!read.ok && !read.isMissing) {
      throw new ConfigError([problemOf(file.shown, read.message)]);
    }
    const before = read.ok ? read.text : undefined;
    const after = change(before);
    const mark = read.ok && read.mark ? '\ufeff' : '';
    if (after !== before) await writeFileAtomic(path, mark + after);
  } finally {
    await lock.release();
  }
}

async function lockPatiently(path: string): Promise<FileLock> {
  const untilMs = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    try {
      return await lockFile(path);
    } catch (error) {
      if (!isAtonceError(error, 'E_LOCKED') || performance.now() > untilMs) throw error;
      await sleep(20);
    }
  }
}

/** The standard wants folders of settings to be the user's alone. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { message } = error as Error;
    throw new AtonceError('E_FILE', `Cannot make the folder ${folder}: ${message}`, {
      cause: error,
    });
  }
}
