import { setImmediate } from 'node:timers';

/** One turn of the event loop: every promise that can settle has, however long the chain. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** So many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await turn();
}

/** A promise that never settles. */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** A promise and its two ends. */
export interface Deferred<V> {
  readonly promise: Promise<V>;
  resolve(value: V): void;
  reject(error: unknown): void;
}

export function deferred<V = void>(): Deferred<V> {
  let ends: Pick<Deferred<V>, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<V>((resolve, reject) => {
    ends = { resolve, reject };
  });
  return { promise, ...(ends as Pick<Deferred<V>, 'resolve' | 'reject'>) };
}

/** Whether a promise has settled by now. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  promise.then(note, note);
  await turn();
  return settled;
}

/** Numbers from 0 up to `count`, one less. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
