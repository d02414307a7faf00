import type { Halt } from '../runs/halt.ts';
import type { JobsRange } from '../runs/jobs-range.ts';
import type { RunJournalOptions } from '../runs/journal-of-run.ts';

/** A value that survives JSON unchanged. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

/** One input of a module run: a value, or the reason why there is none. */
export type ModuleItem =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly message: string };

/** Where the function is executed. */
export type ModulePlace = 'loop' | 'threads' | 'processes' | 'auto';

/** A function of a module applied to many JSON values. */
export interface ModuleRequest {
  /** Path of the module, relative to `cwd`, or its `file:` URL. */
  readonly module: string;
  /** Name of the exported function; `default` for the default export. */
  readonly exportName: string;
  /** What the function is applied to, usually `jsonItems(stdin)`. */
  readonly items: Iterable<ModuleItem> | AsyncIterable<ModuleItem>;
  /** Number of items if known. */
  readonly total: number | undefined;
  /** `auto` measures a few items and decides; the report's `decision` says why. */
  readonly on: ModulePlace;
  /**
   * Items in execution at once, or, on the loop, the bounds within which that is found while they run;
   * undefined chooses: 64 on the loop, the cores elsewhere.
   */
  readonly jobs: number | JobsRange | undefined;
  /** Per attempt, in milliseconds; null for none. */
  readonly timeoutMs: number | null;
  /** How long a timed-out or stopped item may go on before its worker is terminated, in milliseconds. */
  readonly graceMs: number;
  /** Tries after the first. */
  readonly retries: number;
  /** When failing items stop the others. */
  readonly halt: Halt;
  /** Write results in input order instead of as they come. */
  readonly keepOrder: boolean;
  /** `records` writes `{index, ok, value | error}`, `values` the bare values of items that succeeded. */
  readonly output: 'records' | 'values';
  /** At most `limit` starts in any `intervalMs` milliseconds. */
  readonly rate: { readonly limit: number; readonly intervalMs: number } | undefined;
  /** File that makes the run resumable. */
  readonly journal: RunJournalOptions | undefined;
  /** File for Chrome trace events. */
  readonly trace: string | undefined;
  /** Folder that `module` is relative to; undefined for the current one. */
  readonly cwd: string | undefined;
}
