import { realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { FileKind } from '../origin.ts';

/** Name of the file in which a project keeps its settings. */
export const PROJECT_FILE = 'atonce.config.yaml';

/** A file with settings. */
export interface SettingsFile {
  readonly kind: FileKind;
  /** Absolute. */
  readonly path: string;
}

/** Where settings are looked for. */
export interface Surroundings {
  /** Working directory; undefined when it has been removed. */
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The file of `--config`, taken instead of the project's. */
  readonly given: string | undefined;
}

/** The files that count, the one that wins first. The project's and the user's are there. */
export function findFiles(where: Surroundings): readonly SettingsFile[] {
  const user = userFile(where.env);
  const project = givenFile(where) ?? projectFile(where);
  return [
    ...(project === undefined ? [] : [project]),
    ...(user === undefined || !isThere(user.path) ? [] : [user]),
  ];
}

/** The file of `--config`, whether it is there or not. */
export function givenFile({ cwd = '/', given }: Surroundings): SettingsFile | undefined {
  return given === undefined ? undefined : { kind: 'given', path: resolve(cwd, given) };
}

/**
 * The nearest project file: in the working directory or above, up to the root of the repository or
 * the home folder. Outside both only the working directory counts, for what lies above it may be
 * anybody's.
 */
export function projectFile({ cwd, env }: Surroundings): SettingsFile | undefined {
  if (cwd === undefined) return undefined;
  const home = homeFolder(env);
  const folders = upward(cwd);
  const end = folders.findIndex((folder) => folder === home || isThere(join(folder, '.git')));
  const searched = folders.slice(0, end === -1 ? 1 : end + 1);
  const path = searched.map((folder) => join(folder, PROJECT_FILE)).find(isThere);
  return path === undefined ? undefined : { kind: 'project', path };
}

/** The user's file, whether it is there or not; undefined for a user without a home. */
export function userFile(env: Surroundings['env']): SettingsFile | undefined {
  // The standard says that a relative path is to be taken as not set.
  const base = env.XDG_CONFIG_HOME ?? '';
  if (isAbsolute(base)) return { kind: 'user', path: join(base, 'atonce', 'config.yaml') };
  const home = homeFolder(env);
  if (home === undefined) return undefined;
  return { kind: 'user', path: join(home, '.config', 'atonce', 'config.yaml') };
}

/** As the working directory would name it: without symbolic links. */
function homeFolder(env: Surroundings['env']): string | undefined {
  try {
    const { HOME = '' } = env;
    const home = isAbsolute(HOME) ? HOME : homedir();
    return isThere(home) ? realpathSync(home) : home;
  } catch {
    // A user that no list of users knows has no home.
    return undefined;
  }
}

/** The folder and all above it. */
function upward(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...upward(above)];
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // What we are not allowed to look at is not ours.
    return false;
  }
}
