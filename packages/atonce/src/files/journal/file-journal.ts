import type { Journal, JournalPlan } from '../../engine/journal.ts';
import { refuse } from '../../kernel/checks.ts';
import { systemFailure } from '../system-error.ts';
import { begin } from './begin.ts';
import { FileSession, type FileJournalSession } from './file-session.ts';
import { commitPolicy, journalSettings } from './journal-options.ts';
import type { FileJournalOptions, JournalSettings } from './journal-options.ts';
import { openJournalFile } from './open-file.ts';
import { storedPlan, type StoredPlan } from './plan-difference.ts';
import { ValueStore } from './value-store.ts';

/** A journal in a file. */
export interface FileJournal extends Journal {
  /** The file, as it was given. */
  readonly path: string;
  /**
   * Takes the file for one run: starts one there, or continues the one it holds. A last record that
   * was cut off is removed with a warning; nothing else is ever repaired in silence.
   *
   * @throws LockedError `E_LOCKED` naming the process that holds it; AtonceError `E_JOURNAL_CHANGED`
   * with each difference of the plan, `E_JOURNAL_CORRUPT` with the byte (see `repairJournal`),
   * `E_JOURNAL_FORMAT` for a newer format or a file that is no journal, `E_JOURNAL` when the system
   * refuses or `resume` forbids, `E_UNSERIALISABLE` for a plan that JSON cannot keep.
   */
  open(plan: JournalPlan): Promise<FileJournalSession>;
}

/**
 * Makes a run resumable by a file of JSON lines: each settled item is appended with a checksum, and
 * the next run with the same file takes the done ones from there. Nothing is opened before `open`.
 *
 * Values are kept as JSON, those above 16 kB beside the journal in `<path>.values`; one that JSON
 * would change or drop is refused with `E_UNSERIALISABLE`. File and values are readable by their
 * owner only. Of memory an item takes its key and its place in the file. An append that fails with
 * `E_JOURNAL` (disk full, I/O error) ends the session for good; the file stays valid.
 *
 * @throws OptionError for a refused option.
 */
export function fileJournal(path: string, options: FileJournalOptions = {}): FileJournal {
  if (typeof path !== 'string' || path === '') throw refuse('path', 'a file path', path);
  const settings = journalSettings(options);
  return { path, open: async (plan) => openSession(path, storedPlan(plan), settings) };
}

async function openSession(
  path: string,
  plan: StoredPlan,
  settings: JournalSettings,
): Promise<FileJournalSession> {
  const policy = commitPolicy(settings.durability);
  const file = await openJournalFile(path, settings.resume !== 'require');
  try {
    const begun = await begin(file, plan, settings);
    const values = new ValueStore(`${file.target}.values`, policy.sync);
    await values.sweep();
    return new FileSession(file, begun, { values, policy });
  } catch (error) {
    await file.close();
    throw systemFailure('E_JOURNAL', `Cannot open the journal ${path}`, error);
  }
}
