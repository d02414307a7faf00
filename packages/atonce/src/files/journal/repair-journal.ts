import { systemFailure } from '../system-error.ts';
import { refuseUntrusted } from './begin.ts';
import { openJournalFile } from './open-file.ts';
import { quarantine } from './quarantine.ts';
import { readJournal } from './recovery.ts';

/** What `repairJournal` has done. */
export interface JournalRepair {
  /** False when the journal was sound and nothing was done. */
  readonly repaired: boolean;
  /** Bytes that were kept. */
  readonly keptBytes: number;
  /** Bytes that were moved away, sound records behind the damage among them: their items run again. */
  readonly movedBytes: number;
  /** The file that holds what was moved. */
  readonly movedTo: string | undefined;
}

/**
 * Makes a journal with `E_JOURNAL_CORRUPT` usable: keeps everything before the damage and moves the
 * rest to `<path>.corrupt-<offset>`. Nothing is deleted.
 *
 * @throws LockedError `E_LOCKED` while a run uses it; AtonceError `E_JOURNAL_FORMAT` for a file that
 * is no journal or a newer one, `E_JOURNAL` when the system refuses.
 */
export async function repairJournal(path: string): Promise<JournalRepair> {
  const file = await openJournalFile(path, false);
  try {
    const found = await readJournal(file.handle);
    if (found.kind !== 'corrupt') {
      const { bytes } = refuseUntrusted(file.target, found);
      return { repaired: false, keptBytes: bytes, movedBytes: 0, movedTo: undefined };
    }
    const movedTo = await quarantine(file.target, found.offset);
    await file.handle.truncate(found.offset);
    await file.handle.sync();
    return {
      repaired: true,
      keptBytes: found.offset,
      movedBytes: found.bytes - found.offset,
      movedTo,
    };
  } catch (error) {
    throw systemFailure('E_JOURNAL', `Cannot repair the journal ${path}`, error);
  } finally {
    await file.close();
  }
}
