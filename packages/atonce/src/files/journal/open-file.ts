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
  const lock = await lockJournal(path);
  try {
    const handle = await openAlone(lock.path, create);
    const close = async (): Promise<void> => {
      await handle.close();
      await lock.release();
    };
    return { handle, target: lock.path, close };
  } catch (error) {
    await lock.release();
    throw systemFailure('E_JOURNAL', `Cannot open the journal ${path}`, error);
  }
}

async function lockJournal(path: string): Promise<FileLock> {
  try {
    return await lockFile(path);
  } catch (error) {
    const isFileError = error instanceof AtonceError && error.code === 'E_FILE';
    if (!isFileError) throw error;
    throw systemFailure(
      'E_JOURNAL',
      `Cannot open the journal ${path}`,
      error.cause ?? error.message,
    );
  }
}

async function openAlone(target: string, create: boolean): Promise<FileHandle> {
  // Appending mode: should two writers meet in spite of the lock, neither overwrites the other.
  const flags = constants.O_RDWR | constants.O_APPEND | (create ? constants.O_CREAT : 0);
  const handle = await open(target, flags, 0o600);
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new AtonceError('E_JOURNAL', `Cannot use ${target} as a journal: it is not a regular file`);
}
