import { loadResolved } from '../../config/load-settings.ts';
import type { CommandTimeouts, Settings } from '../../config/settings.ts';
import { surroundings } from '../../config/surroundings.ts';
import type { Jobs } from '../../config/values/jobs.ts';
import type { Invocation, OperationHost } from '../operation.ts';
import type { RunValues } from '../run.ts';
import type { JobsOption } from '../values/jobs.ts';

/** What the settings say of a run. */
export interface RunSettings {
  /** How many at once, or where an adaptive number begins; what the command line says wins. */
  readonly jobs: Jobs;
  /** Whether that number follows what it gets done: the command line may ask for it, or the settings say so. */
  readonly adaptive: 'no' | 'asked' | 'set';
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
  return { ...jobsOf(options.jobs, values), timeouts: values };
}

function jobsOf(
  given: JobsOption | undefined,
  settings: Settings,
): Pick<RunSettings, 'jobs' | 'adaptive'> {
  const jobs = settings['parallel.concurrency'];
  if (given === 'adaptive') return { jobs, adaptive: 'asked' };
  if (given !== undefined) return { jobs: given, adaptive: 'no' };
  if (!settings['parallel.enabled']) return { jobs: { kind: 'count', count: 1 }, adaptive: 'no' };
  return { jobs, adaptive: settings['parallel.adaptive'] ? 'set' : 'no' };
}
