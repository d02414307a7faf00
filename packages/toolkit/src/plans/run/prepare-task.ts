import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AtonceError } from 'atonce';
import { FUNCTION_MAIN, type FunctionCall } from '../functions/function-call.ts';
import type { Plan, PlanTask, Work } from '../plan.ts';
import type { PlanTools } from '../plan-tools.ts';
import { fillText } from './fill-text.ts';
import { asValue } from './task-result.ts';
import type { TaskStates } from './task-states.ts';

/** A process to start for a task. */
export interface PreparedTask {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** As a person would type it. */
  readonly command: string;
}

/** What tasks are prepared with. */
export interface Preparation {
  readonly plan: Plan;
  readonly tools: PlanTools;
  readonly env: Readonly<Record<string, string>>;
  readonly states: TaskStates;
}

/**
 * Makes the process of a task out of what it says and what it needs. To that of a function the files are
 * still to be added by which it is asked and answers.
 *
 * @throws AtonceError `E_OPTION` for a folder that is not there and for a result that cannot be filled in.
 */
export function prepareTask(task: PlanTask, use: Preparation): PreparedTask {
  const { states } = use;
  // Without a prototype, so that variables of any name are variables.
  const env = Object.assign(Object.create(null) as Record<string, string>, use.env);
  for (const [name, value] of task.env) {
    if (value === undefined) delete env[name];
    else env[name] = fillText(value, task, states);
  }
  const command = programOf(task, use);
  return { ...command, cwd: folderOf(task, use.plan), env };
}

/** A task's command as a person would type it, with references as they stand. */
export function commandText(work: Work, { quote }: Pick<PlanTools, 'quote'>): string {
  switch (work.kind) {
    case 'command':
      return work.words.map(quote).join(' ');
    case 'script':
      return work.script.trim();
    case 'function':
      return work.name;
    case 'group':
      return '';
  }
}

type Program = Pick<PreparedTask, 'file' | 'args' | 'command'>;

function programOf(task: PlanTask, { tools, states }: Preparation): Program {
  const { work } = task;
  if (work.kind === 'command') {
    const words = work.words.map((word) => fillText(word, task, states));
    const [file = '', ...args] = words;
    if (file === '') throw new AtonceError('E_OPTION', "the command's name is empty");
    return { file, args, command: words.map(tools.quote).join(' ') };
  }
  const command = commandText(work, tools);
  if (work.kind === 'script') return { file: '/bin/sh', args: ['-c', work.script, 'sh'], command };
  const args = [...process.execArgv, fileURLToPath(FUNCTION_MAIN)];
  return { file: process.execPath, args, command };
}

function folderOf({ cwd }: PlanTask, { folder }: Plan): string {
  const path = resolve(folder, cwd ?? '.');
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return path;
  throw new AtonceError('E_OPTION', `the folder ${path} does not exist`);
}

/** What the process of a function is told. */
export function functionCall(
  task: PlanTask,
  attempt: number,
  states: TaskStates,
): FunctionCall | undefined {
  const { work, name, needs } = task;
  if (work.kind !== 'function') return undefined;
  const { url, exportName, input } = work;
  const results = needs.flatMap((need) => {
    const result = states.get(need)?.result;
    if (result === undefined) return [];
    const value = asValue(result);
    return [value === undefined ? ([need] as const) : ([need, value] as const)];
  });
  const outcomes = needs.map((need) => [need, states.get(need)?.outcome ?? 'skipped'] as const);
  return { url, exportName, input, name, attempt, results, outcomes };
}
