import { moduleTask, processes, threads } from 'atonce/threads';
import type { ModuleTask, Pool, ProcessesOptions, ThreadsOptions } from 'atonce/threads';

/** A task of `fixtures/tasks.js`. */
export function task<T = unknown, R = unknown>(exportName: string): ModuleTask<T, R> {
  return moduleTask<T, R>(new URL('./fixtures/tasks.js', import.meta.url), exportName);
}

/** Makes pools of one kind that never run anything inline. */
export type MakePool = (options?: Omit<ThreadsOptions & ProcessesOptions, 'inline'>) => Pool;

/** Both kinds of pool, for `describe.each`. */
export const kinds: [string, MakePool][] = [
  ['threads', (options = {}) => threads({ workers: 2, inline: false, ...options })],
  ['processes', (options = {}) => processes({ workers: 2, inline: false, ...options })],
];

/** Polls until `test` holds. */
export async function until(test: () => boolean): Promise<void> {
  while (!test()) await new Promise((resolve) => setTimeout(resolve, 5));
}
