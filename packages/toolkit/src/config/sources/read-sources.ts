import { shownPath } from '../origin.ts';
import { type Problem, problemOf } from '../problem.ts';
import { findFiles, type SettingsFile, type Surroundings } from './find-files.ts';
import { readEnvironment } from './read-environment.ts';
import { readText } from './read-text.ts';
import type { Entries, Reading } from './reading.ts';

/** A file that was read. */
export interface FileReading extends Reading {
  readonly file: SettingsFile;
}

/** Everything that sets something. */
export interface Sources {
  readonly environment: Reading;
  /** The one that wins first. */
  readonly files: readonly FileReading[];
}

/** Reads the environment and every file that counts. Nothing is thrown: problems are told. */
export async function readSources(where: Surroundings): Promise<Sources> {
  const files: FileReading[] = [];
  for (const file of findFiles(where)) {
    files.push({ file, ...(await readSettingsFile(file, where.cwd)) });
  }
  return { environment: readEnvironment(where.env), files };
}

/** Reads one file. The parser is loaded when there is something to parse. */
export async function readSettingsFile(
  file: SettingsFile,
  cwd: string | undefined,
): Promise<Reading> {
  const shown = shownPath(file.path, cwd ?? '/');
  const read = await readText(file.path);
  if (!read.ok) return { entries: new Map(), problems: [problemOf(shown, read.message)] };
  const { readSettings } = await import('./read-settings.ts');
  return readSettings(read.text, { ...file, shown });
}

/** What is wrong in any of them. */
export function problemsOf({ environment, files }: Sources): readonly Problem[] {
  return [environment, ...files].flatMap(({ problems }) => problems);
}

/** What they set, the one that wins first. */
export function entriesOf({ environment, files }: Sources): readonly Entries[] {
  return [environment, ...files].map(({ entries }) => entries);
}
