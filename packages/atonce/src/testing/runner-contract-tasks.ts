import type { TaskContext } from '../engine/task.ts';

/** Tasks that the runner contract ships to whatever runs them. */

/** Gives back what it was given. */
export function echo(item: unknown): unknown {
  return item;
}

/** Fails for odd numbers in every way in turn that a task can fail. */
export function failOdd(item: number): number | Promise<number> {
  if (item % 2 === 0) return item;
  if (item % 4 === 1) throw Object.assign(new RangeError(`no ${item}`), { code: 'E_ODD', item });
  return Promise.reject(new TypeError(`not ${item}`));
}

/** Throws what no error handling expects. */
export function throwNothing(): never {
  throw undefined;
}

/** Says when it ran, on a clock that all threads and processes share. */
export async function span(waitMs: number): Promise<readonly [started: bigint, ended: bigint]> {
  const started = process.hrtime.bigint();
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  return [started, process.hrtime.bigint()];
}

/** Reports its position and attempt, and gives both back. */
export function tell(
  _item: unknown,
  context: TaskContext,
): readonly [index: number, attempt: number] {
  context.report({ index: context.index });
  return [context.index, context.attempt];
}

/** Waits until it is asked to stop if its item is `wait`. */
export async function waitForStop(item: string, { signal }: TaskContext): Promise<string> {
  if (item !== 'wait') return item;
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
  throw signal.reason;
}

/** Never ends and never listens if its item is `wait`. */
export async function waitForEver(item: string): Promise<string> {
  if (item === 'wait') await new Promise(() => undefined);
  return item;
}
