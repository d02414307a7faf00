import { ConfigError } from './config-error.ts';
import { type ResolvedSettings, resolveSettings } from './resolve.ts';
import type { Settings } from './settings.ts';
import { entriesOf, problemsOf, readSources } from './sources/read-sources.ts';
import type { Surroundings } from './sources/find-files.ts';
import { surroundings } from './surroundings.ts';

/**
 * The settings that hold in the working directory: from the environment, else from the project's
 * file, else from the user's, else the defaults. `ATONCE_CONFIG` names a file to be taken instead of
 * the project's.
 *
 * @throws ConfigError `E_CONFIG` with everything that is wrong in any of them.
 */
export async function loadSettings(): Promise<Settings> {
  const given = process.env.ATONCE_CONFIG;
  const { values } = await loadResolved(
    surroundings(process.env, given === '' ? undefined : given),
  );
  return values;
}

/**
 * The settings that hold somewhere, and where each came from.
 *
 * @throws ConfigError `E_CONFIG` with everything that is wrong in any source.
 */
export async function loadResolved(where: Surroundings): Promise<ResolvedSettings> {
  const sources = await readSources(where);
  const problems = problemsOf(sources);
  if (problems.length > 0) throw new ConfigError(problems);
  return resolveSettings(entriesOf(sources));
}
