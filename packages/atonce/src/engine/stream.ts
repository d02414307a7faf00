import { checkInteger, refuse } from '../kernel/checks.ts';
import { CancelledError } from '../kernel/errors.ts';
import type { GaveUp, Outcome } from '../kernel/outcome.ts';
import { RingBuffer } from '../kernel/ring-buffer.ts';
import { failure, type Job, success } from './job.ts';
import { type RunOptions, settle, type Settings } from './options.ts';
import { Run } from './run.ts';
import type { Decision } from './runner.ts';
import type { RunEnd, Sink } from './sink.ts';
import type { Items } from './source.ts';
import type { Task } from './task.ts';

/** Options of `stream`. */
export interface StreamOptions<T> extends RunOptions<T> {
  /**
   * `input` gives outcomes in the order of the items, so one slow item holds up those behind it;
   * `completion` gives each as soon as it is there.
   *
   * @defaultValue 'input'
   */
  readonly order?: 'input' | 'completion' | undefined;
  /**
   * How many items may be ahead of the consumer, running or settled but not yet read. An integer from 1.
   *
   * @defaultValue twice the concurrency; 4096 where that is unlimited or a runner's matter
   */
  readonly highWaterMark?: number | undefined;
}

/** Outcomes as they come. Leaving the loop early stops the run. */
export interface OutcomeStream<T, R> extends AsyncIterableIterator<Outcome<T, R>> {
  return(): Promise<IteratorResult<Outcome<T, R>>>;
  /** Where the tasks ran and why, after the last outcome, when anything but the event loop was asked for. */
  readonly decision: Decision | undefined;
}

/** How far the run may be ahead where its own concurrency does not say. */
const DEFAULT_HIGH_WATER_MARK = 4_096;

/**
 * Applies `task` to every item and gives an outcome each, as a lazy async iterator: it starts with
 * the first read, takes items only as fast as outcomes are read, and holds at most `highWaterMark`
 * of them. A failure is an outcome and never stops the others. After an abort the outcomes there
 * are come first, then the iterator throws `signal.reason`; likewise when the items themselves fail.
 *
 * @throws OptionError for a bad argument or option.
 */
export function stream<T, R>(
  items: Items<T>,
  task: Task<T, R>,
  options: StreamOptions<T> = {},
): OutcomeStream<T, R> {
  const settings = settle(task, options, ['order', 'highWaterMark']);
  const {
    order = 'input',
    highWaterMark = Number.isFinite(settings.width) ? 2 * settings.width : DEFAULT_HIGH_WATER_MARK,
  } = options;
  if (order !== 'input' && order !== 'completion')
    throw refuse('order', "'input' or 'completion'", order);
  checkInteger('highWaterMark', highWaterMark, { min: 1 });
  const outcomes = new StreamSink<T, R>(settings, order, highWaterMark);
  outcomes.run = new Run(items, task, settings, outcomes);
  return outcomes;
}

interface Reader<V> {
  resolve(result: IteratorResult<V>): void;
  reject(error: unknown): void;
}

class StreamSink<T, R> implements Sink<T, R>, OutcomeStream<T, R> {
  readonly timed = true;
  readonly failFast = false;
  readonly wantsAll = false;
  run: Run<T, R> | null = null;
  private readonly settings: Settings<T>;
  private readonly inOrder: boolean;
  private readonly highWaterMark: number;
  /** Outcomes whose turn has come. */
  private readonly outcomes = new RingBuffer<Outcome<T, R>>();
  /** Outcomes that wait for an earlier item, by index. */
  private readonly early = new Map<number, Outcome<T, R>>();
  private readonly readers = new RingBuffer<Reader<Outcome<T, R>>>();
  private turn = 0;
  private taken = 0;
  private started = false;
  private leaving = false;
  private runEnd: RunEnd | null = null;
  private whenEnded: (() => void)[] = [];

  constructor(settings: Settings<T>, order: 'input' | 'completion', highWaterMark: number) {
    this.settings = settings;
    this.inOrder = order === 'input';
    this.highWaterMark = highWaterMark;
  }

  get decision(): Decision | undefined {
    return this.runEnd?.decision;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Outcome<T, R>>> {
    const outcome = this.outcomes.shift();
    if (outcome === undefined && this.runEnd !== null) return this.finish();
    const answer =
      outcome === undefined
        ? new Promise<IteratorResult<Outcome<T, R>>>((resolve, reject) =>
            this.readers.push({ resolve, reject }),
          )
        : Promise.resolve({ done: false as const, value: outcome });
    this.taken++;
    this.startOnce();
    return answer;
  }

  async return(): Promise<IteratorResult<Outcome<T, R>>> {
    this.leaving = true;
    if (this.runEnd === null) {
      const ended = new Promise<void>((resolve) => this.whenEnded.push(resolve));
      const reason = new CancelledError('the stream was closed by its reader', undefined);
      this.run?.stop('aborted', reason);
      // What was never read begins only now, to close its items.
      this.startOnce();
      await ended;
    }
    const end = this.runEnd;
    this.runEnd = { how: 'completed', error: undefined, taken: 0, decision: end?.decision };
    this.outcomes.clear();
    // Who leaves does not care how the items would have gone on, but does for what was not written.
    if (end?.how === 'broken') throw end.error;
    return { done: true, value: undefined };
  }

  room(): number {
    // Before the run exists the answer only has to be finite: it says that this sink has a limit.
    return this.run === null
      ? this.highWaterMark
      : this.highWaterMark - (this.run.standing().taken - this.taken);
  }

  succeeded(job: Job<T>, value: R, resumed: boolean): void {
    const endedMs = resumed ? this.settings.clock.now() : job.endedAtMs;
    this.put(success(job, value, endedMs, resumed));
  }

  failed(job: Job<T>, error: unknown, gaveUp: GaveUp): void {
    this.put(failure(job, error, gaveUp, this.settings.clock.now()));
  }

  ended(end: RunEnd): void {
    // To a reader that still waits, leaving is the end and no error.
    this.runEnd = this.leaving && end.how === 'aborted' ? { ...end, how: 'completed' } : end;
    for (const wake of this.whenEnded) wake();
    for (let reader = this.readers.shift(); reader !== undefined; reader = this.readers.shift())
      this.finish().then(reader.resolve, reader.reject);
  }

  private startOnce(): void {
    if (this.started) return this.run?.pump();
    this.started = true;
    this.run?.start();
  }

  private put(outcome: Outcome<T, R>): void {
    if (!this.inOrder) return this.give(outcome);
    if (outcome.index !== this.turn) return void this.early.set(outcome.index, outcome);
    this.turn++;
    this.give(outcome);
    while (this.early.size > 0) {
      const next = this.early.get(this.turn);
      if (next === undefined) break;
      this.early.delete(this.turn++);
      this.give(next);
    }
  }

  private give(outcome: Outcome<T, R>): void {
    const reader = this.readers.shift();
    if (reader === undefined) this.outcomes.push(outcome);
    else reader.resolve({ done: false, value: outcome });
  }

  /** The answer to a read after the last outcome: the error once, then the end for ever. */
  private async finish(): Promise<IteratorResult<Outcome<T, R>>> {
    const end = this.runEnd;
    if (end !== null && end.how !== 'completed') {
      this.runEnd = { ...end, how: 'completed' };
      throw end.error;
    }
    return { done: true, value: undefined };
  }
}
