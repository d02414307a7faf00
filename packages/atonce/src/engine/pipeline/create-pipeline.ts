import { checkInteger, refuse } from '../../kernel/checks.ts';
import { OptionError } from '../../kernel/errors.ts';
import type { Items } from '../source.ts';
import type { Task } from '../task.ts';
import { PipelineCollector } from './pipeline-collector.ts';
import { PipelineReader, type PipelineStream } from './pipeline-reader.ts';
import { PipelineRun } from './pipeline-run.ts';
import type { PipelineReport } from './report.ts';
import {
  checkPipelineOptions,
  checkRunOptions,
  type PipelineOptions,
  type PipelineRunOptions,
  type PipelineStreamOptions,
} from './run-options.ts';
import {
  type BatchOptions,
  type FlattenOptions,
  planBatch,
  planFlatten,
  planStage,
  type StageOptions,
  type StationPlan,
} from './stage-options.ts';

/** What an item consists of when it is flattened. */
export type Flattened<R> = R extends Iterable<infer U> | AsyncIterable<infer U> ? U : never;

/**
 * Stages joined by bounded queues: items of type `T` go in, values of type `R` come out. Adding a stage
 * gives a new pipeline and leaves this one as it is. A pipeline may be run many times, also at once.
 */
export interface Pipeline<T, R> {
  /**
   * Adds a stage: `task` is applied to every item that comes out of the stage before, each as soon as it
   * is there. `context.index` counts the items that came to this stage.
   *
   * @param name - Names it in outcomes and statistics; no other stage may have it.
   * @throws OptionError for a bad argument or option.
   */
  stage<O>(name: string, task: Task<R, O>, options?: StageOptions<R>): Pipeline<T, O>;
  /**
   * Gathers items into arrays of `size`, in the order in which they come; only the last one may be shorter,
   * or with `maxWaitMs` any.
   *
   * @throws OptionError for a bad argument or option.
   */
  batch(size: number, options?: BatchOptions): Pipeline<T, R[]>;
  /**
   * Takes iterable and async iterable items apart, lazily: the parts go on one by one as there is room.
   *
   * @throws OptionError for a bad option.
   */
  flatten(
    this: Pipeline<T, Iterable<unknown> | AsyncIterable<unknown>>,
    options?: FlattenOptions,
  ): Pipeline<T, Flattened<R>>;
  /**
   * Puts all items through and collects what becomes of them, in input order.
   *
   * @throws As rejections: OptionError for a bad argument; StageError, with the report so far, when a stage
   * fails whose errors stop the pipeline; `signal.reason` when aborted; SourceError, with the outcomes so
   * far, when the items themselves fail; whatever a dead-letter function throws.
   */
  run(items: Items<T>, options?: PipelineRunOptions): Promise<PipelineReport<R>>;
  /**
   * Puts items through as fast as outcomes are read, in constant memory. It starts with the first read.
   * However it ends, the outcomes there are come first: those of items that were in the pipeline when it was
   * stopped have failed with `CancelledError`. Then the iterator throws what `run` would reject with, the
   * error of the items themselves untouched.
   *
   * @throws OptionError for a bad argument or option.
   */
  stream(items: Items<T>, options?: PipelineStreamOptions): PipelineStream<R>;
}

/**
 * Starts a pipeline that has no stages yet.
 *
 * @throws OptionError for a bad option.
 */
export function createPipeline<T>(options: PipelineOptions = {}): Pipeline<T, T> {
  checkPipelineOptions(options);
  return new Line<T, T>([], options);
}

class Line<T, R> implements Pipeline<T, R> {
  readonly #plans: readonly StationPlan[];
  readonly #options: PipelineOptions;

  constructor(plans: readonly StationPlan[], options: PipelineOptions) {
    this.#plans = plans;
    this.#options = options;
  }

  stage<O>(name: string, task: Task<R, O>, options: StageOptions<R> = {}): Pipeline<T, O> {
    // Inside, values have no types: what one stage gives is what the next one takes.
    const plan = planStage(name, task as Task<unknown, unknown>, options as StageOptions<unknown>);
    if (this.#plans.some((other) => other.name === name))
      throw new OptionError('name', `Two stages are called ${JSON.stringify(name)}`);
    return this.#with(plan);
  }

  batch(size: number, options: BatchOptions = {}): Pipeline<T, R[]> {
    return this.#with(planBatch(this.#freeName(`batch(${size})`), size, options));
  }

  flatten(options: FlattenOptions = {}): Pipeline<T, Flattened<R>> {
    return this.#with(planFlatten(this.#freeName('flatten()'), options));
  }

  // Async, so that a refused argument is a rejection too.
  async run(items: Items<T>, options: PipelineRunOptions = {}): Promise<PipelineReport<R>> {
    checkRunOptions(options, []);
    return new Promise((resolve, reject) => {
      const collector = new PipelineCollector<R>(resolve, reject);
      collector.run = this.#open(items, options, collector);
      collector.run.start();
    });
  }

  stream(items: Items<T>, options: PipelineStreamOptions = {}): PipelineStream<R> {
    checkRunOptions(options, ['order', 'highWaterMark']);
    const { order = 'input', highWaterMark = Math.max(1, this.#plans.at(-1)?.queue ?? 1) } =
      options;
    if (order !== 'input' && order !== 'completion')
      throw refuse('order', "'input' or 'completion'", order);
    checkInteger('highWaterMark', highWaterMark, { min: 1 });
    const reader = new PipelineReader<R>(order === 'input', highWaterMark);
    reader.run = this.#open(items, options, reader);
    return reader;
  }

  #with<O>(plan: StationPlan): Line<T, O> {
    return new Line<T, O>([...this.#plans, plan], this.#options);
  }

  #open(
    items: Items<T>,
    { signal, graceMs }: PipelineRunOptions,
    reader: ConstructorParameters<typeof PipelineRun>[3],
  ): PipelineRun {
    if (this.#plans.length === 0) throw new OptionError('stages', 'A pipeline needs a stage');
    return new PipelineRun(this.#plans, items, { signal, graceMs, ...this.#options }, reader);
  }

  /** A name that no stage has. */
  #freeName(name: string): string {
    const isTaken = (one: string): boolean => this.#plans.some((other) => other.name === one);
    let free = name;
    for (let number = 2; isTaken(free); number++) free = `${name} ${number}`;
    return free;
  }
}
