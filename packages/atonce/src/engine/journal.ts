/** A value that survives JSON unchanged. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

/** What identifies a run: a journal written under one plan refuses to be continued under another. */
export interface JournalPlan {
  /** Name of the task: the function's name or the module and export. */
  readonly task: string;
  /** Text or fingerprint of the task's code; journals store only a hash of it. */
  readonly code: string;
  /** Options that can change an answer (`timeoutMs`, `retry`, `key`), and what the caller adds. */
  readonly options: Readonly<Record<string, Json>>;
}

/** What a journal keeps of an item that succeeded. */
export interface JournalEntry {
  /** The task's value; absent when the task gave `undefined`. */
  readonly value?: unknown;
  readonly attempts: number;
  readonly startedAt: number;
  readonly durationMs: number;
}

/** One settled item on its way into the journal. */
export type JournalRecord =
  | ({ readonly type: 'done'; readonly key: string; readonly index: number } & JournalEntry)
  | {
      readonly type: 'fail';
      readonly key: string;
      readonly index: number;
      readonly error: unknown;
      readonly attempts: number;
    };

/** An append-only record that makes a run resumable. `fileJournal` of `atonce/files` is one. */
export interface Journal {
  /**
   * Takes the journal for one run.
   *
   * @throws AtonceError `E_LOCKED` when another run holds it, `E_JOURNAL_CHANGED` with the differences
   * when it was written under another plan, `E_JOURNAL_CORRUPT` or `E_JOURNAL_FORMAT` when it cannot be trusted.
   */
  open(plan: JournalPlan): Promise<JournalSession>;
}

/** One run's use of its journal. */
export interface JournalSession {
  /** What identifies an item when the caller gives no `key`; see `stableKey`. */
  keyOf(item: unknown): string;
  /** The entry of an item that is already done; undefined when it must be run. */
  done(key: string): JournalEntry | undefined;
  /** Resolves when the record is as durable as the journal promises; rejects when that has failed. */
  append(record: JournalRecord): Promise<void>;
  /** Writes out what is pending and frees the lock. */
  close(): Promise<void>;
}
