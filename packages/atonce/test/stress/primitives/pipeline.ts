import { createPipeline, type Pipeline } from '../../../src/engine/pipeline/create-pipeline.ts';
import type { PipelineFailure, PipelineOutcome } from '../../../src/engine/pipeline/outcome.ts';
import type { StageError } from '../../../src/engine/pipeline/stage-error.ts';
import type { ErrorPolicy, StageOptions } from '../../../src/engine/pipeline/stage-options.ts';
import { isAtonceError } from '../../../src/kernel/errors.ts';
import { behave } from '../behaviour.ts';
import { isSourceError, type Operation, show } from '../operation.ts';
import { drawSource } from '../source.ts';
import { Gauge } from '../watch/gauge.ts';

/** `createPipeline`: stages, batches and flattenings in any order, every error policy, collected or streamed. */
export async function runPipeline(operation: Operation): Promise<void> {
  const program = new PipelineProgram(operation);
  // A pipeline may be run many times, also at once.
  const times = operation.draw.chance(0.1) ? 2 : 1;
  await Promise.all(Array.from({ length: times }, () => program.run()));
}

/** What an item was split into, which may throw while it is read. */
class Parts {
  readonly ids: readonly number[];
  private readonly fails: () => void;

  constructor(ids: readonly number[], fails: () => void) {
    this.ids = ids;
    this.fails = fails;
  }

  *[Symbol.iterator](): Generator<number> {
    yield* this.ids;
    this.fails();
  }
}

/** Times are sums of fractions. */
const ROUNDING_MS = 1e-6;

type Line = Pipeline<number, unknown>;

class PipelineProgram {
  private readonly operation: Operation;
  /** Runs that are going on, each with its own slots. */
  private runs = 0;
  private isTimed = false;
  /** A failure in the middle of a flattening leaves parts that have gone on. */
  private mayRepeat = false;
  /** Letters that were sent, and have no answer. */
  private readonly letters = { firstMs: Infinity, open: 0 };
  private pipeline: Line;

  constructor(operation: Operation) {
    const { clock, draw } = operation;
    this.operation = operation;
    operation.drawSignal(0.4);
    this.pipeline = createPipeline<number>({ clock, random: draw.random }) as Line;
    this.addStage('first');
    for (let more = draw.whole(0, 3); more > 0; more--) {
      if (draw.chance(0.5)) this.addBatch(`of ${more}`);
      else this.addStage(`stage ${more}`);
    }
  }

  async run(): Promise<void> {
    this.runs++;
    const { operation, pipeline } = this;
    const { draw, signal, willAbort } = operation;
    const source = drawSource(operation, willAbort);
    const graceMs = draw.maybe(0.5, () => draw.ms(60_000));
    if (draw.chance(0.5)) {
      const end = await operation.end(pipeline.run(source.items, { signal, graceMs }));
      if (end.ok) {
        this.checkAll(end.value.outcomes, source.count);
        if (source.throws) operation.fault('did not notice that its items failed');
      } else this.checkError(end.error);
    } else {
      const order = draw.pick(['input', 'completion'] as const);
      const outcomes = pipeline.stream(source.items, { signal, graceMs, order });
      const leaveAt = draw.chance(0.3) ? draw.whole(1, 5) : Infinity;
      const read: PipelineOutcome<unknown>[] = [];
      const end = await operation.end(this.read(outcomes, read, leaveAt));
      this.checkEach(read);
      if (!end.ok) this.checkError(end.error);
      else if (leaveAt === Infinity) this.checkAll(read, source.count);
    }
    if (this.runs === 1) this.checkLetters(graceMs ?? 0);
    const fault = source.fault();
    if (fault !== null) operation.fault(fault);
  }

  /** A letter without an answer is given up at the earliest when the grace is over, which begins with a letter. */
  private checkLetters(graceMs: number): void {
    const { operation, letters } = this;
    if (letters.open === 0 || !operation.world.isSimulated) return;
    const waitedMs = operation.world.clock.now() - letters.firstMs;
    if (waitedMs < graceMs - ROUNDING_MS)
      operation.fault(`gave a letter up after ${waitedMs} ms of ${graceMs}`);
  }

  private async read(
    outcomes: AsyncIterable<PipelineOutcome<unknown>>,
    read: PipelineOutcome<unknown>[],
    leaveAt: number,
  ): Promise<void> {
    const { draw, world } = this.operation;
    const isSlow = draw.chance(0.3);
    for await (const outcome of outcomes) {
      read.push(outcome);
      if (isSlow) await world.sleep(draw.ms(5_000));
      if (read.length === leaveAt) break;
    }
  }

  // Building.

  private addStage(name: string): void {
    const { operation } = this;
    const { draw } = operation;
    const timeoutMs = draw.maybe(0.3, () => 1 + draw.ms(20_000));
    this.isTimed ||= timeoutMs !== undefined;
    const mayHang = timeoutMs !== undefined || operation.willAbort;
    const width = draw.whole(1, 4);
    const shared = draw.chance(0.3) ? operation.takeLimit() : null;
    const gauges = [shared?.gauge ?? new Gauge(name, () => width * this.runs)];
    const options: StageOptions<unknown> = {
      timeoutMs,
      concurrency: shared?.limit ?? width,
      queue: draw.maybe(0.5, () => draw.whole(0, 4)),
      ordered: draw.chance(0.3),
      retry: draw.maybe(0.3, () => ({ attempts: 3, backoff: draw.ms(2_000) })),
      rateLimit: draw.maybe(0.1, () => ({ limit: 2, intervalMs: 1 + draw.ms(2_000) })),
      onError: this.policy(),
    };
    this.pipeline = this.pipeline.stage(
      name,
      (value, context) => behave({ operation, context, value, gauges, mayHang }),
      options,
    );
  }

  /** Gathers and takes apart again, or splits each item into parts that may fail. */
  private addBatch(name: string): void {
    const { operation } = this;
    const { draw } = operation;
    const maxWaitMs = draw.maybe(0.5, () => 1 + draw.ms(10_000));
    if (draw.chance(0.7)) this.pipeline = this.pipeline.batch(draw.whole(1, 4), { maxWaitMs });
    this.pipeline = this.pipeline.stage(`gather ${name}`, (value) => this.parts(idsOf(value)));
    const flattened = this.pipeline as Pipeline<number, Iterable<unknown>>;
    this.pipeline = flattened.flatten({
      queue: draw.maybe(0.5, () => draw.whole(1, 3)),
      onError: this.policy(),
    }) as Line;
  }

  private parts(ids: readonly number[]): Parts {
    const { operation } = this;
    const fails = operation.draw.chance(0.1);
    this.mayRepeat ||= fails;
    return new Parts(ids, () => {
      if (fails) throw operation.failure();
    });
  }

  private policy(): ErrorPolicy<unknown> | undefined {
    const { operation } = this;
    const { draw, world } = operation;
    const letter = async (failure: PipelineFailure): Promise<void> => {
      const { letters } = this;
      this.checkOutcome(failure);
      letters.open++;
      letters.firstMs = Math.min(letters.firstMs, world.clock.now());
      // Nothing but the grace ends this one.
      if (operation.willAbort && draw.chance(0.2)) await new Promise(() => undefined);
      if (draw.chance(0.8)) await world.sleep(draw.whole(1, 20_000));
      letters.open--;
      if (draw.chance(0.05)) throw operation.failure();
    };
    return draw.pick([undefined, 'stop', 'skip', letter, letter, () => undefined]);
  }

  // Checking.

  private checkError(error: unknown): void {
    const { operation } = this;
    if (isStageError(error)) {
      if (error.report !== null) this.checkEach(error.report.outcomes);
      operation.checkError(error.cause, this.isTimed);
    } else if (isSourceError(error)) {
      this.checkEach(error.settled as readonly PipelineOutcome<unknown>[]);
      operation.checkError(error.cause, false);
    } else {
      operation.checkError(error, this.isTimed);
    }
  }

  /** Every item is in an outcome. */
  private checkAll(outcomes: readonly PipelineOutcome<unknown>[], count: number): void {
    this.checkEach(outcomes);
    const ids = new Set(outcomes.flatMap((outcome) => idsOf(valueOf(outcome))));
    if (ids.size !== count) this.operation.fault(`accounted for ${ids.size} items of ${count}`);
  }

  private checkEach(outcomes: readonly PipelineOutcome<unknown>[]): void {
    const seen = new Set<number>();
    for (const outcome of outcomes) {
      this.checkOutcome(outcome);
      // What was stopped while it was taken apart is told as a whole.
      if (!outcome.ok && outcome.gaveUp === 'cancelled') continue;
      for (const id of idsOf(valueOf(outcome))) {
        if (seen.has(id) && !this.mayRepeat) this.operation.fault(`told twice of item ${id}`);
        seen.add(id);
      }
    }
  }

  private checkOutcome(outcome: PipelineOutcome<unknown>): void {
    const { operation } = this;
    const strange = idsOf(valueOf(outcome)).filter((id) => !outcome.inputs.includes(id));
    if (strange.length > 0)
      operation.fault(`${show(strange)} came out as made from ${show(outcome.inputs)}`);
    if (outcome.ok) return;
    const { error, gaveUp } = outcome;
    if (gaveUp === 'cancelled' && isAtonceError(error, 'E_CANCELLED')) return;
    operation.checkError(error, this.isTimed);
  }
}

function isStageError(error: unknown): error is StageError<unknown> {
  return isAtonceError(error, 'E_STAGE');
}

function valueOf(outcome: PipelineOutcome<unknown>): unknown {
  return outcome.ok ? outcome.value : outcome.item;
}

/** The items that a value was made from: values are handed on as they are. */
function idsOf(value: unknown): readonly number[] {
  if (Array.isArray(value)) return value.flatMap(idsOf);
  return value instanceof Parts ? value.ids : [value as number];
}
