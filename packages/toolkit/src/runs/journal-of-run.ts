import {
  isAtonceError,
  type Journal,
  type JournalPlan,
  type JournalRecord,
  type JournalSession,
} from 'atonce';
import type { FileJournalSession } from 'atonce/files';
import type { StopSwitch } from './stop-switch.ts';

/** How a run's journal is used. */
export interface RunJournalOptions {
  readonly file: string;
  /** Continue what the file holds; otherwise a file that is not empty is refused. */
  readonly resume: boolean;
  /** Continue although the plan has changed. */
  readonly acceptChanges: boolean;
  /**
   * Continue although the file is damaged, with what stands before the damage; the rest is moved to
   * another file.
   *
   * @defaultValue false
   */
  readonly repair?: boolean;
}

/** What the run needs beside the options. */
export interface RunJournalUse {
  readonly stop: StopSwitch;
  readonly warn: (text: string) => void;
  /** The plan to keep instead of the engine's, which knows only our own function. */
  readonly plan?: JournalPlan;
}

/** A file journal that stops the run as soon as a record cannot be written. */
export function journalOfRun(options: RunJournalOptions, use: RunJournalUse): Journal {
  return {
    async open(plan) {
      const session = await openFile(options, use.plan ?? plan, use.warn);
      for (const warning of session.warnings) use.warn(warning);
      return new WatchedSession(session, use.stop);
    },
  };
}

async function openFile(
  { file, resume, acceptChanges, repair = false }: RunJournalOptions,
  plan: JournalPlan,
  warn: RunJournalUse['warn'],
): Promise<FileJournalSession> {
  // Loaded only here: a run without a journal starts sooner.
  const { fileJournal, repairJournal } = await import('atonce/files');
  const journal = fileJournal(file, { resume: resume ? 'auto' : 'never', acceptChanges });
  try {
    return await journal.open(plan);
  } catch (error) {
    if (!repair || !isAtonceError(error, 'E_JOURNAL_CORRUPT')) throw error;
    const { keptBytes, movedBytes, movedTo } = await repairJournal(file);
    warn(
      `the journal was damaged at byte ${keptBytes}: the ${movedBytes} bytes from there are kept in ${movedTo}`,
    );
    return await journal.open(plan);
  }
}

class WatchedSession implements JournalSession {
  readonly #inner: JournalSession;
  readonly #stop: StopSwitch;

  constructor(inner: JournalSession, stop: StopSwitch) {
    this.#inner = inner;
    this.#stop = stop;
  }

  keyOf(item: unknown): string {
    return this.#inner.keyOf(item);
  }

  done(key: string): ReturnType<JournalSession['done']> {
    return this.#inner.done(key);
  }

  async append(record: JournalRecord): Promise<void> {
    try {
      await this.#inner.append(record);
    } catch (error) {
      // A value that JSON cannot keep concerns its item alone.
      if (!isAtonceError(error, 'E_UNSERIALISABLE')) {
        this.#stop.stop('journal', error instanceof Error ? error.message : String(error));
      }
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
