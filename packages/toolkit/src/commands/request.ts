import type { CommandTimeouts } from '../config/settings.ts';
import type { Halt } from '../runs/halt.ts';
import type { RunJournalOptions } from '../runs/journal-of-run.ts';
import type { JobsRange } from '../runs/jobs-range.ts';
import type { CommandItem } from './item.ts';

/** How jobs' output reaches ours: whole jobs, whole lines as they come, or bytes as they come. */
export type OutputMode = 'group' | 'line' | 'raw';

/** A command line applied to many items. */
export interface CommandRequest {
  /** The command as words; each word may hold replacement strings. With `shell` it is one word, given to `/bin/sh -c`. */
  readonly template: readonly string[];
  readonly shell: boolean;
  readonly items: Iterable<CommandItem> | AsyncIterable<CommandItem>;
  /** Number of items if known. */
  readonly total: number | undefined;
  /** How many run at once, or the bounds within which that is found while they run. */
  readonly jobs: number | JobsRange;
  /** Per attempt; undefined lets known slow commands choose (`git push` 30 s, ...), null means none at all. */
  readonly timeoutMs: number | null | undefined;
  /**
   * Limits of commands while `timeoutMs` is undefined.
   *
   * @defaultValue those that hold when no setting is set
   */
  readonly timeouts?: CommandTimeouts;
  /** Between TERM and KILL. */
  readonly graceMs: number;
  /** Tries after the first. */
  readonly retries: number;
  readonly halt: Halt;
  readonly keepOrder: boolean;
  readonly output: OutputMode;
  /** Prefix of each output line: the item, or nothing. */
  readonly tag: boolean;
  readonly rate: { readonly limit: number; readonly intervalMs: number } | undefined;
  readonly journal: RunJournalOptions | undefined;
  readonly resultsDir: string | undefined;
  readonly joblog: string | undefined;
  readonly trace: string | undefined;
  readonly cwd: string | undefined;
  /** Tell the commands to keep their colours although they write into a pipe or file. */
  readonly forceColor: boolean;
  /** `auto` uses the helper process when our own memory is large. */
  readonly spawn: 'auto' | 'direct' | 'helper';
}
