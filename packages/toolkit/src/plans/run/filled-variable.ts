import { isAtonceError } from 'atonce';
import { variableOf } from '../condition/variable.ts';
import type { PlanTask } from '../plan.ts';
import { fillText } from './fill-text.ts';
import type { TaskStates } from './task-states.ts';

/** A variable with its references filled in; undefined where that is not set, or there is no such result. */
export function filledVariable(
  task: PlanTask,
  name: string,
  { env, states }: { readonly env: Readonly<Record<string, string>>; readonly states: TaskStates },
): string | undefined {
  const value = variableOf(task, name, env);
  // What is inherited is taken as it is.
  if (value === undefined || !task.env.has(name)) return value;
  try {
    return fillText(value, task, states);
  } catch (error) {
    if (!isAtonceError(error, 'E_OPTION')) throw error;
    return undefined;
  }
}
