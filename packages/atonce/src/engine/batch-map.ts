import { SourceError } from '../kernel/errors.ts';
import type { Job } from './job.ts';
import { type RunOptions, settle } from './options.ts';
import { fillFrom, placesFor, putAt, type Results, withDecision } from './results.ts';
import { Run } from './run.ts';
import type { RunEnd, Sink } from './sink.ts';
import type { Items } from './source.ts';
import type { Task } from './task.ts';

/**
 * Applies `task` to every item, at most `concurrency` at once, and gives only the values of those
 * that succeeded, in input order. Use `runParallel` to know which failed and why.
 *
 * @throws As rejections: OptionError for a bad argument; `signal.reason` when aborted; SourceError,
 * with the values so far, when the items themselves fail; AtonceError of the journal.
 */
export async function batchMap<T, R>(
  items: Items<T>,
  task: Task<T, R>,
  options: RunOptions<T> = {},
): Promise<Results<R>> {
  const settings = settle(task, options, []);
  return new Promise((resolve, reject) => {
    new Run(
      items,
      task,
      settings,
      new SuccessSink<T, R>(placesFor(items), resolve, reject),
    ).start();
  });
}

/** Stands where an item failed; no task can give it. */
const FAILED = Symbol('failed');

class SuccessSink<T, R> implements Sink<T, R> {
  readonly timed = false;
  readonly failFast = false;
  readonly wantsAll = false;
  readonly #places: (R | typeof FAILED)[];
  readonly #resolve: (values: Results<R>) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    places: (R | typeof FAILED)[],
    resolve: (values: Results<R>) => void,
    reject: (error: unknown) => void,
  ) {
    this.#places = places;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  room(): number {
    return Infinity;
  }

  succeeded(job: Job<T>, value: R): void {
    putAt(this.#places, job.index, value);
  }

  filled(first: number, values: readonly R[]): void {
    fillFrom(this.#places, first, values);
  }

  failed(job: Job<T>): void {
    putAt(this.#places, job.index, FAILED);
  }

  ended({ how, error, taken, decision }: RunEnd): void {
    this.#places.length = taken;
    const values = this.#places.filter(
      (place): place is Exclude<typeof place, typeof FAILED> => place !== FAILED,
    ) as R[];
    if (how === 'completed') return this.#resolve(withDecision(values, decision));
    this.#reject(how === 'source' ? new SourceError(error, values) : error);
  }
}
