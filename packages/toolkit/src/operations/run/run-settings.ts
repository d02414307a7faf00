import { loadResolved } from '../../config/load-settings.ts';
import type { CommandTimeouts, Settings } from '../../config/settings.ts';
import { surroundings } from '../../config/surroundings.ts';
import type { Jobs } from '../../config/values/jobs.ts';
import type { Invocation, OperationHost } from '../operation.ts';
import type { RunValues } from '../run.ts';

/** What the settings say of a run. */
export interface RunSettings {
  /** How many at once; what the command line says wins. */
  readonly jobs: Jobs;
  /** Limits of commands for which the command line gives none. */
  readonly timeouts: CommandTimeouts;
}

/**
 * Reads the settings for a run.
 *
 * @throws ConfigError with everything that is wrong in them.
 */
export async function runSettings(
  { options }: Invocation<RunValues>,
  { env }: OperationHost,
): Promise<RunSettings> {
  const { values } = await loadResolved(surroundings(env, options.config));
  return { jobs: options.jobs ?? jobsOf(values), timeouts: values };
}

function jobsOf(settings: Settings): Jobs {
  if (!settings['parallel.enabled']) return { kind: 'count', count: 1 };
  return settings['parallel.concurrency'];
}
