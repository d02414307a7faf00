import type { Origin } from '../origin.ts';
import type { Problem } from '../problem.ts';
import type { SettingName } from '../settings.ts';

/** A value that somebody has set. */
export interface Entry {
  readonly value: unknown;
  readonly origin: Origin;
}

/** What one source sets. */
export type Entries = ReadonlyMap<SettingName, Entry>;

/** What one source sets, and what is wrong in it. */
export interface Reading {
  readonly entries: Entries;
  readonly problems: readonly Problem[];
}
