import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { AtonceError } from '../../kernel/errors.ts';
import { lockFile, type FileLock } from '../lock/lock-file.ts';
import { systemFailure } from '../system-error.ts';

/** A locked and opened journal file. */
export interface OpenFile {
  readonly handle: FileHandle;
  /** The file with every symbolic link followed. */
  readonly target: string;
  /** Closes the file, then frees the lock. */
  close(): Promise<void>;
}

/**
 * Locks and opens a file for reading and appending; with `create` it is made, for its owner only,
 * when it is missing.
 *
 * @throws LockedError `E_LOCKED`; AtonceError `E_JOURNAL` for what is missing, not allowed or no regular file.
 */
export async function openJournalFile(path: string, create: boolean): Promise<OpenFile> {
  let lock: FileLock | undefined;
  try {
    const { path: target, release } = (lock = await lockFile(path));
    const handle = await openAlone(target, create);
    const close = async (): Promise<void> => {
      await handle.close();
      await release();
    };
    return { handle, target, close };
  } catch (error) {
    await lock?.release();
    throw systemFailure('E_JOURNAL', `Cannot open the journal ${path}`, error);
  }
}

async function openAlone(target: string, create: boolean): Promise<FileHandle> {
  // Should two writers meet in spite of the lock, then in appending mode neither overwrites the
  // other. On Windows such a file could not be cut back.
  const appending = process.platform === 'win32' ? 0 : constants.O_APPEND;
  const flags = constants.O_RDWR | appending | (create ? constants.O_CREAT : 0);
  const handle = await open(target, flags, 0o600);
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new AtonceError('E_JOURNAL', `Cannot use ${target} as a journal: it is not a regular file`);
}
