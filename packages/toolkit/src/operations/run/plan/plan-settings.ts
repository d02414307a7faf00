import { availableCores, OptionError } from 'atonce';
import { loadResolved } from '../../../config/load-settings.ts';
import { defaultSettings, type Settings } from '../../../config/settings.ts';
import { surroundings } from '../../../config/surroundings.ts';
import { countJobs } from '../../../config/values/jobs.ts';
import type { Plan } from '../../../plans/plan.ts';
import type { Invocation, OperationHost } from '../../operation.ts';
import type { RunValues } from '../../run.ts';

const POOL_PREFIX = 'parallel.pools.';

/**
 * Reads the settings for a plan.
 *
 * @throws ConfigError with everything that is wrong in them.
 */
export async function planSettings(
  { options }: Invocation<RunValues>,
  { env }: OperationHost,
): Promise<Settings> {
  const { values } = await loadResolved(surroundings(env, options.config));
  return values;
}

/** Names of the pools that settings define. */
export const settingPools: readonly string[] = Object.keys(defaultSettings)
  .filter((name) => name.startsWith(POOL_PREFIX))
  .map((name) => name.slice(POOL_PREFIX.length));

/** The capacity of every pool: what the plan says wins over the settings. */
export function poolSizes({ pools }: Plan, settings: Settings): ReadonlyMap<string, number> {
  const cores = availableCores();
  const own = settingPools.map((name) => {
    const size = settings[`${POOL_PREFIX}${name}` as keyof Settings] as number | 'cores';
    return [name, size] as const;
  });
  return new Map(
    [...own, ...pools].map(([name, size]) => [name, size === 'cores' ? cores : size] as const),
  );
}

/**
 * How many tasks run at once: the command line wins over the plan, and that over the settings.
 *
 * @throws OptionError for a number that would change while the plan runs.
 */
export function planJobs({ concurrency }: Plan, { jobs }: RunValues, settings: Settings): number {
  if (jobs === 'adaptive')
    throw new OptionError(
      '--jobs',
      '--jobs adaptive is for items: a plan needs a number it can plan with',
    );
  if (jobs === undefined && concurrency === undefined && !settings['parallel.enabled']) return 1;
  return countJobs(jobs ?? concurrency ?? settings['parallel.concurrency'], availableCores());
}
