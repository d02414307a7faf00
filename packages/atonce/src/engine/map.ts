import type { Job } from './job.ts';
import { type RunOptions, settle } from './options.ts';
import { fillFrom, placesFor, putAt, type Results, withDecision } from './results.ts';
import { Run } from './run.ts';
import type { RunEnd, Sink } from './sink.ts';
import type { Items } from './source.ts';
import type { Task } from './task.ts';

/**
 * Applies `task` to every item, at most `concurrency` at once, and gives the values in input order.
 * The first failure stops the rest: nothing new starts, running tasks see their signal aborted, and
 * the promise rejects with that failure, untouched.
 *
 * @param items - Any iterable or async iterable, read lazily. Promises among the items are not awaited.
 * @param task - Called with the item and its context. The first calls happen before `map` returns.
 * @throws OptionError (as a rejection) for a bad argument or option; `signal.reason` when aborted.
 */
export async function map<T, R>(
  items: Items<T>,
  task: Task<T, R>,
  options: RunOptions<T> = {},
): Promise<Results<R>> {
  const settings = settle(task, options, []);
  return new Promise((resolve, reject) => {
    new Run(items, task, settings, new ValueSink<T, R>(placesFor(items), resolve, reject)).start();
  });
}

class ValueSink<T, R> implements Sink<T, R> {
  readonly timed = false;
  readonly failFast = true;
  readonly wantsAll = false;
  readonly #values: R[];
  readonly #resolve: (values: Results<R>) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    places: R[],
    resolve: (values: Results<R>) => void,
    reject: (error: unknown) => void,
  ) {
    this.#values = places;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  room(): number {
    return Infinity;
  }

  succeeded(job: Job<T>, value: R): void {
    putAt(this.#values, job.index, value);
  }

  filled(first: number, values: readonly R[]): void {
    fillFrom(this.#values, first, values);
  }

  failed(): void {
    // The run ends with the first failure; there is nothing to keep.
  }

  ended({ how, error, taken, decision }: RunEnd): void {
    if (how !== 'completed') return this.#reject(error);
    this.#values.length = taken;
    this.#resolve(withDecision(this.#values, decision));
  }
}
