import { OptionError } from 'atonce';
import { nearest } from '../report/nearest.ts';
import type { Plan, PlanTask } from './plan.ts';

/**
 * The tasks of these names and all that they need, in the order of the file; every task when no name
 * is given.
 *
 * @throws OptionError naming all names that are no tasks, each with the nearest one that is.
 */
export function selectTasks(plan: Plan, names: readonly string[]): readonly PlanTask[] {
  if (names.length === 0) return plan.tasks;
  const byName = new Map(plan.tasks.map((task) => [task.name, task]));
  const unknown = [...new Set(names)].filter((name) => !byName.has(name));
  if (unknown.length > 0) throw noSuchTask(plan, unknown);
  const wanted = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (wanted.has(name)) continue;
    wanted.add(name);
    open.push(...(byName.get(name)?.needs ?? []));
  }
  return plan.tasks.filter(({ name }) => wanted.has(name));
}

function noSuchTask({ file, tasks }: Plan, unknown: readonly string[]): OptionError {
  const known = tasks.map(({ name }) => name);
  const texts = unknown.map((name) => {
    const near = nearest(name, known);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    return `${file} has no task ${JSON.stringify(name)}${hint}`;
  });
  return new OptionError('TASK', texts.join('\n'));
}
