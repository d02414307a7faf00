import { refuse } from '../kernel/checks.ts';
import type { Clock } from '../kernel/clock.ts';
import { SourceError } from '../kernel/errors.ts';
import type { GaveUp, Outcome } from '../kernel/outcome.ts';
import { failure, type Job, success } from './job.ts';
import { type RunOptions, settle } from './options.ts';
import { placesFor, putAt, type Results, withDecision } from './results.ts';
import { Run } from './run.ts';
import type { RunEnd, Sink } from './sink.ts';
import type { Items } from './source.ts';
import type { Task } from './task.ts';

/** Options of `runParallel`. */
export interface RunParallelOptions<T> extends RunOptions<T> {
  /**
   * Stop the rest at the first failure. The outcomes are still given: what was running or never
   * started has failed with `CancelledError`.
   *
   * @defaultValue false
   */
  readonly failFast?: boolean | undefined;
}

/**
 * Applies `task` to every item, at most `concurrency` at once, and gives one outcome per item in
 * input order. A failure never stops the others and never rejects the promise. When the run is
 * aborted, or stopped by `failFast`, what had not finished has failed with `CancelledError`; of a
 * lazy source, items that were not taken yet have no outcome.
 *
 * @throws As rejections: OptionError for a bad argument; SourceError, with the outcomes so far, when
 * the items themselves fail; AtonceError of the journal when it cannot be used.
 */
export async function runParallel<T, R>(
  items: Items<T>,
  task: Task<T, R>,
  options: RunParallelOptions<T> = {},
): Promise<Results<Outcome<T, R>>> {
  const settings = settle(task, options, ['failFast']);
  const { failFast = false } = options;
  if (typeof failFast !== 'boolean') throw refuse('failFast', 'true or false', failFast);
  return new Promise((resolve, reject) => {
    new Run(
      items,
      task,
      settings,
      new OutcomeSink<T, R>(placesFor(items), settings.clock, failFast, { resolve, reject }),
    ).start();
  });
}

interface Answer<V> {
  resolve(value: V): void;
  reject(error: unknown): void;
}

class OutcomeSink<T, R> implements Sink<T, R> {
  readonly timed = true;
  readonly wantsAll = true;
  readonly failFast: boolean;
  readonly #clock: Clock;
  readonly #answer: Answer<Results<Outcome<T, R>>>;
  readonly #outcomes: Outcome<T, R>[];

  constructor(
    places: Outcome<T, R>[],
    clock: Clock,
    failFast: boolean,
    answer: Answer<Results<Outcome<T, R>>>,
  ) {
    this.#outcomes = places;
    this.#clock = clock;
    this.failFast = failFast;
    this.#answer = answer;
  }

  room(): number {
    return Infinity;
  }

  succeeded(job: Job<T>, value: R, resumed: boolean): void {
    const endedMs = resumed ? this.#clock.now() : job.endedAtMs;
    this.#put(success(job, value, endedMs, resumed));
  }

  failed(job: Job<T>, error: unknown, gaveUp: GaveUp): void {
    this.#put(failure(job, error, gaveUp, this.#clock.now()));
  }

  ended({ how, error, taken, decision }: RunEnd): void {
    this.#outcomes.length = taken;
    if (how === 'broken') return this.#answer.reject(error);
    if (how === 'source') return this.#answer.reject(new SourceError(error, this.#outcomes));
    this.#answer.resolve(withDecision(this.#outcomes, decision));
  }

  #put(outcome: Outcome<T, R>): void {
    putAt(this.#outcomes, outcome.index, outcome);
  }
}
