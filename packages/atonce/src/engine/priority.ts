import { nearest, show } from '../kernel/checks.ts';
import { OptionError } from '../kernel/errors.ts';

/** How urgent a task is; what is more urgent starts first among what could start. */
export type Priority = 'critical' | 'high' | 'normal' | 'low' | 'background';

/** Most urgent first; a priority's place here is its level. */
const PRIORITIES: readonly Priority[] = ['critical', 'high', 'normal', 'low', 'background'];

/** How many levels there are. */
export const LEVELS: number = PRIORITIES.length;

/**
 * The level of a priority, 0 for the most urgent.
 *
 * @throws OptionError naming the nearest priority.
 */
export function levelOf(priority: Priority): number {
  const level = PRIORITIES.indexOf(priority);
  if (level !== -1) return level;
  const near = typeof priority === 'string' ? nearest(priority, PRIORITIES) : undefined;
  const hint = near === undefined ? '' : `; did you mean \`${near}\`?`;
  const expected = `one of ${PRIORITIES.join(', ')}`;
  throw new OptionError(
    'priority',
    `Expected \`priority\` to be ${expected}, got ${show(priority)}${hint}`,
  );
}
