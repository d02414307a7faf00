import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { moduleTaskKey } from '../engine/task.ts';
import type { ModuleTaskSource, TaskContext } from '../engine/task.ts';
import { AtonceError } from '../kernel/errors.ts';
import { refuse } from '../kernel/checks.ts';
import { autoRunner } from './auto.ts';
import { loadTask, loadedTask } from './load-task.ts';
import { unwrapTransferred } from './transfer.ts';

/** A function that workers can load by themselves, and that can be called here like any other. */
export interface ModuleTask<T, R> {
  (item: T, context?: TaskContext): Promise<R>;
  readonly [moduleTaskKey]: ModuleTaskSource;
}

/**
 * Names a function by its module and export, so that it can be run here and in workers.
 *
 * @param url - `file:` URL of the module, usually `new URL('./hash.js', import.meta.url)`.
 * @param exportName - Name of the exported function.
 * @throws OptionError for another kind of URL or an empty name. A module or export that does not
 * exist shows when the task is first called: AtonceError `E_TASK_LOAD`.
 */
export function moduleTask<T, R>(url: string | URL, exportName = 'default'): ModuleTask<T, R> {
  const href = checkUrl(url);
  if (typeof exportName !== 'string' || exportName === '')
    throw refuse('exportName', 'the name of an export', exportName);
  const source: ModuleTaskSource = {
    url: href,
    exportName,
    fingerprint: () => fingerprint(href, exportName),
    autoRunner,
  };
  const call = async (item: T, context: TaskContext = outsideRun): Promise<R> => {
    const task = loadedTask(href, exportName) ?? (await loadTask(href, exportName));
    return unwrapTransferred(await (task(unwrapTransferred(item), context) as R));
  };
  return Object.assign(call, { [moduleTaskKey]: source });
}

function checkUrl(url: string | URL): string {
  const href = url instanceof URL ? url.href : url;
  if (typeof href !== 'string' || !href.startsWith('file:') || !URL.canParse(href)) {
    throw refuse(
      'url',
      'a `file:` URL, for instance `new URL("./task.js", import.meta.url)`',
      href,
    );
  }
  return href;
}

/** SHA-256 of the module's bytes: what it imports is not part of it. */
function fingerprint(url: string, exportName: string): string {
  try {
    return createHash('sha256')
      .update(readFileSync(fileURLToPath(url)))
      .digest('hex');
  } catch (error) {
    throw new AtonceError(
      'E_TASK_LOAD',
      `Cannot read the module of task \`${exportName}\`, ${url}`,
      { cause: error },
    );
  }
}

/** What a task is told when it is called directly, outside any run. */
const outsideRun: TaskContext = {
  index: 0,
  attempt: 1,
  signal: new AbortController().signal,
  report: () => undefined,
};
