import { AtonceError } from '../kernel/errors.ts';
import type { Task } from '../engine/task.ts';
import { messageOf } from './error-text.ts';

/** A task as its module exports it, ready to be called. */
export type LoadedTask = Task<unknown, unknown>;

const loaded = new Map<string, LoadedTask>();

/** The task if its module is in memory already. */
export function loadedTask(url: string, exportName: string): LoadedTask | undefined {
  return loaded.get(`${url}\n${exportName}`);
}

/**
 * Imports the module and picks the function.
 *
 * @throws AtonceError `E_TASK_LOAD` naming the module and the export when either is missing or broken.
 */
export async function loadTask(url: string, exportName: string): Promise<LoadedTask> {
  const known = loadedTask(url, exportName);
  if (known !== undefined) return known;
  const found = (await importModule(url, exportName))[exportName];
  if (typeof found !== 'function') {
    const problem = found === undefined ? 'the module has no such export' : `it is not a function`;
    throw new AtonceError(
      'E_TASK_LOAD',
      `Cannot load task \`${exportName}\` of ${url}: ${problem}`,
    );
  }
  const task = found as LoadedTask;
  loaded.set(`${url}\n${exportName}`, task);
  return task;
}

async function importModule(url: string, exportName: string): Promise<Record<string, unknown>> {
  try {
    return (await import(url)) as Record<string, unknown>;
  } catch (error) {
    const hint = hintFor(error);
    throw new AtonceError(
      'E_TASK_LOAD',
      `Cannot load task \`${exportName}\` of ${url}: ${messageOf(error)}${hint}`,
      { cause: error },
    );
  }
}

/** Node before 22.18 does not read TypeScript; the most frequent reason why a task does not load. */
function hintFor(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (code !== 'ERR_UNKNOWN_FILE_EXTENSION') return '';
  return '. Node reads TypeScript from 22.18 on; before that, start it with `node --import tsx` or name the compiled .js file';
}
