import {
  checkFunction,
  checkInteger,
  checkMs,
  checkNames,
  checkSignal,
  nearest,
  refuse,
  show,
} from '../../kernel/checks.ts';
import { OptionError } from '../../kernel/errors.ts';
import type { SchedulerSettings } from './options.ts';
import { levelOf } from '../priority.ts';
import { type AnyTask, TASK_FIELDS } from './scheduled-task.ts';

const KNOWN_FIELDS: ReadonlySet<string> = new Set(TASK_FIELDS);

/**
 * Checks a task's fields, all but what it depends on. Fields that are not given cost next to
 * nothing, since a hundred thousand tasks may pass here.
 *
 * @throws OptionError naming the first bad one.
 */
export function checkTask(task: AnyTask, settings: SchedulerSettings): void {
  if (typeof task !== 'object' || task === null || Array.isArray(task))
    throw refuse('task', 'an object', task);
  for (const field in task) if (!KNOWN_FIELDS.has(field)) checkNames('the task', task, TASK_FIELDS);
  const { name, dependsOn, priority, timeoutMs, signal, retry } = task;
  if (typeof name !== 'string' || name === '') throw refuse('name', 'a text, not empty', name);
  checkFunction('run', task.run);
  if (dependsOn !== undefined) checkDependsOn(dependsOn);
  if (priority !== undefined) levelOf(priority);
  checkPolicy(task.onDependencyFailure);
  checkFigures(task, settings);
  if (task.pool !== undefined) poolNumber(task.pool, settings);
  if (timeoutMs !== undefined) checkMs('timeoutMs', timeoutMs, 'more than 0');
  if (signal !== undefined) checkSignal('signal', signal);
  if (retry !== undefined) settings.policyOf(retry);
}

/**
 * The number of a pool: 0 for none, then from 1.
 *
 * @throws OptionError naming the nearest pool.
 */
export function poolNumber(pool: string | undefined, { poolNames }: SchedulerSettings): number {
  if (pool === undefined) return 0;
  const index = poolNames.indexOf(pool);
  if (index !== -1) return index + 1;
  const near = typeof pool === 'string' ? nearest(pool, poolNames) : undefined;
  const known =
    poolNames.length === 0 ? 'the scheduler has no `pools`' : `known: ${poolNames.join(', ')}`;
  const hint = near === undefined ? known : `did you mean \`${near}\`?`;
  throw new OptionError('pool', `No pool is called ${show(pool)}; ${hint}`);
}

function checkDependsOn(dependsOn: unknown): void {
  if (!Array.isArray(dependsOn)) throw refuse('dependsOn', 'an array of names', dependsOn);
  // By index: every kind of array that comes by would make `for … of` slow anew.
  const { length } = dependsOn as readonly unknown[];
  for (let at = 0; at < length; at++)
    if (typeof dependsOn[at] !== 'string')
      throw refuse('dependsOn', 'an array of names', dependsOn[at]);
}

function checkPolicy(policy: unknown): void {
  if (policy !== undefined && policy !== 'skip' && policy !== 'run')
    throw refuse('onDependencyFailure', "'skip' or 'run'", policy);
}

function checkFigures(task: AnyTask, { engine }: SchedulerSettings): void {
  const { estimatedMs, estimatedTokens, deadlineMs, weight } = task;
  if (estimatedMs !== undefined) checkMs('estimatedMs', estimatedMs);
  if (estimatedTokens !== undefined) checkInteger('estimatedTokens', estimatedTokens, { min: 0 });
  if (deadlineMs !== undefined) checkMs('deadlineMs', deadlineMs);
  if (weight === undefined || weight === 1) return;
  // Taking several slots of a limit that others share could leave each with some of them for ever.
  if (engine.limit !== null) throw refuse('weight', '1 where `concurrency` is a Limit', weight);
  if (engine.width === Infinity) checkInteger('weight', weight, { min: 1 });
  else checkInteger('weight', weight, { min: 1, max: engine.width });
}
