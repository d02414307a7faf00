import type { PlanRequest } from './plan-request.ts';
import type { PlanTask } from './plan.ts';
import type { Limit } from './plan-tools.ts';

/** A task's time limit and where it comes from; undefined for none. */
export function limitOf(
  { timeout, work }: PlanTask,
  { timeoutMs, tools }: Pick<PlanRequest, 'timeoutMs' | 'tools'>,
): Limit | undefined {
  if (work.kind === 'group') return undefined;
  if (timeout?.own === true) return noneAsUndefined({ timeoutMs: timeout.value, reason: 'task' });
  if (timeoutMs !== undefined) return noneAsUndefined({ timeoutMs, reason: '--timeout' });
  if (timeout !== undefined)
    return noneAsUndefined({ timeoutMs: timeout.value, reason: 'defaults' });
  if (work.kind === 'script') return noneAsUndefined(tools.limitOf(work.script));
  return noneAsUndefined(tools.limitOf(work.kind === 'command' ? work.words : []));
}

/** Tries of a task after the first. */
export function retriesOf({ retries }: PlanTask, { retries: asked }: PlanRequest): number {
  if (retries?.own === true) return retries.value;
  return asked ?? retries?.value ?? 0;
}

function noneAsUndefined(limit: Limit | undefined): Limit | undefined {
  return limit?.timeoutMs === null ? undefined : limit;
}
