import { AtonceError } from 'atonce';
import type { PlanTask } from '../plan.ts';
import { type Reference, splitReferences } from '../references.ts';
import { valueIn } from './task-result.ts';
import type { TaskStates } from './task-states.ts';

/**
 * The text with its references filled in: texts as they are, everything else as JSON. What is filled in
 * stays within its word.
 *
 * @throws AtonceError `E_OPTION` for a result that does not exist or cannot be handed on whole.
 */
export function fillText(text: string, { needs }: PlanTask, states: TaskStates): string {
  return splitReferences(text, needs)
    .map((part) => (typeof part === 'string' ? part : valueOf(part, states)))
    .join('');
}

function valueOf({ text, of, task, fields }: Reference, states: TaskStates): string {
  const state = states.get(task);
  if (of === 'outcome') return state?.outcome ?? 'skipped';
  const result = state?.result;
  if (result?.kind === 'command' && result.truncated && fields[0] !== 'exitCode')
    throw new AtonceError('E_OPTION', `${text}: the output of ${task} is larger than 1 MiB`);
  const value = valueIn(result, fields);
  if (value === undefined)
    throw new AtonceError('E_OPTION', `${text}: ${whyNone(task, fields, state)}`);
  const filled = typeof value === 'string' ? value : JSON.stringify(value);
  if (filled.includes('\0'))
    throw new AtonceError('E_OPTION', `${text} holds a NUL byte, which no argument can`);
  return filled;
}

function whyNone(
  task: string,
  fields: readonly string[],
  state: ReturnType<TaskStates['get']>,
): string {
  if (state?.result === undefined) {
    const how = state?.outcome === 'success' ? '' : `: it ended as ${state?.outcome ?? 'skipped'}`;
    return `${task} has no result${how}`;
  }
  return fields.length === 0
    ? `the function of ${task} gave no value`
    : `the result of ${task} has no such field`;
}
