import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stableKey } from 'atonce';
import type { PlanTask, Work } from '../plan.ts';
import type { TaskStates } from './task-states.ts';

/**
 * Identifies what a task's answer depends on: its command or function with the code of its module, its
 * variables and folder, and the same of all that it needs, with how that ended. Limits and priorities
 * change no answer.
 */
export function fingerprintOf(task: PlanTask, states: TaskStates): string {
  const { work, env, cwd = null, allowFailure } = task;
  const needs = task.needs.map((name) => {
    const state = states.get(name);
    return [name, state?.outcome ?? null, state?.fingerprint ?? null];
  });
  const facts = [essence(work), [...env].sort(byName), cwd, allowFailure, needs.sort(byName)];
  return createHash('sha256').update(stableKey(facts)).digest('hex').slice(0, 32);
}

function essence(work: Work): unknown {
  if (work.kind !== 'function') return work;
  const { kind, name, exportName, input } = work;
  return { kind, name, exportName, input, code: hashOf(work.url) };
}

function hashOf(url: string): string {
  try {
    return createHash('sha256')
      .update(readFileSync(fileURLToPath(url)))
      .digest('hex');
  } catch {
    // It is gone: that shows when the function is called.
    return 'none';
  }
}

function byName([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}
