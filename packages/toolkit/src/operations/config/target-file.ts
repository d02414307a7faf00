import { join } from 'node:path';
import { OptionError } from 'atonce';
import { shownPath } from '../../config/origin.ts';
import {
  givenFile,
  PROJECT_FILE,
  projectFile,
  type SettingsFile,
  type Surroundings,
  userFile,
} from '../../config/sources/find-files.ts';
import type { NamedFile } from '../../config/sources/read-settings.ts';
import type { ConfigValues } from '../config.ts';

/**
 * The file that is to be changed: the user's, that of `--config`, or the project's, which is one in
 * the working directory while there is none.
 *
 * @throws OptionError when there is no folder in which it could be.
 */
export function targetFile(where: Surroundings, { user }: ConfigValues): NamedFile {
  const file = user ? userFile(where.env) : (givenFile(where) ?? projectFile(where));
  if (user && file === undefined) throw new OptionError('--user', 'this user has no home folder');
  return named(file ?? fileHere(where), where);
}

/**
 * The file that is to be made.
 *
 * @throws OptionError when there is no folder in which it could be.
 */
export function newFile(where: Surroundings, values: ConfigValues): NamedFile {
  return values.user
    ? targetFile(where, values)
    : named(givenFile(where) ?? fileHere(where), where);
}

function fileHere({ cwd }: Surroundings): SettingsFile {
  if (cwd === undefined) {
    throw new OptionError(PROJECT_FILE, 'the working directory has been removed');
  }
  return { kind: 'project', path: join(cwd, PROJECT_FILE) };
}

function named(file: SettingsFile, { cwd = '/' }: Surroundings): NamedFile {
  return { ...file, shown: shownPath(file.path, cwd) };
}
