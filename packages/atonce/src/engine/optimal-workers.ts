import { checkInteger, checkNames, refuse } from '../kernel/checks.ts';
import { availableCores } from './available-cores.ts';

/** What kind of work `optimalWorkers` is asked about. */
export interface OptimalWorkersOptions {
  /**
   * True for work that waits (network, disks), false for work that computes.
   *
   * @defaultValue true
   */
  readonly ioBound?: boolean;
}

/** More waiting tasks than this seldom help and often trip the other side's limits. */
const MOST_WAITING = 100;

/**
 * A starting point for `concurrency`: for waiting work `min(100, count)`, for computing work
 * `min(available cores, count)`, where available cores honour CPU affinity and control-group
 * quotas. At least 1. It is a rule of thumb, nothing is measured; `on: 'auto'` measures.
 *
 * @param count - Number of items, an integer from 0.
 * @throws OptionError for anything else.
 */
export function optimalWorkers(count: number, options: OptimalWorkersOptions = {}): number {
  checkInteger('count', count, { min: 0, orInfinity: true });
  checkNames('options', options, ['ioBound']);
  const { ioBound = true } = options;
  if (typeof ioBound !== 'boolean') throw refuse('ioBound', 'true or false', ioBound);
  return Math.max(1, Math.min(count, ioBound ? MOST_WAITING : availableCores()));
}
