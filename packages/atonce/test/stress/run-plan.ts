import type { RunOptions } from '../../src/engine/options.ts';
import type { ProgressEvent } from '../../src/engine/progress.ts';
import type { RateLimitOptions } from '../../src/engine/rate-limit.ts';
import type { RetryOptions } from '../../src/engine/retry.ts';
import type { Task } from '../../src/engine/task.ts';
import { isAtonceError } from '../../src/kernel/errors.ts';
import type { Outcome } from '../../src/kernel/outcome.ts';
import { behave } from './behaviour.ts';
import { drawConcurrency, nestedMap } from './concurrency.ts';
import { type Operation, show } from './operation.ts';
import { type DrawnSource, drawSource } from './source.ts';

/** A run over items with any options, and what may come of it. */
export class RunPlan {
  readonly source: DrawnSource;
  readonly options: RunOptions<number>;
  readonly task: Task<number, string>;
  readonly isTimed: boolean;
  private readonly operation: Operation;
  private readonly mostAttempts: number;
  private readonly settled = new Set<number>();
  private readonly starts: number[] = [];

  constructor(operation: Operation) {
    const { draw, clock } = operation;
    this.operation = operation;
    operation.drawSignal(0.5);
    const { signal } = operation;
    const timeoutMs = draw.maybe(0.4, () => 1 + draw.ms(30_000));
    this.isTimed = timeoutMs !== undefined;
    const retry = draw.maybe(0.4, () => drawRetry(operation));
    this.mostAttempts = retry?.attempts ?? 1;
    const rateLimit = draw.maybe(0.15, () => ({
      limit: draw.whole(1, 4),
      intervalMs: 1 + draw.ms(5_000),
    }));
    const { concurrency, gauges } = drawConcurrency(operation);
    const mayHang = this.isTimed || operation.willAbort;
    this.source = drawSource(operation, operation.willAbort);
    this.options = {
      signal,
      timeoutMs,
      retry,
      rateLimit,
      concurrency,
      graceMs: draw.maybe(0.2, () => draw.ms(10_000)),
      onProgress: draw.maybe(0.3, () => this.listener()),
      clock,
      random: draw.random,
    };
    this.task = (item, context) => {
      if (rateLimit !== undefined) this.checkRate(rateLimit);
      const value = this.valueOf(item);
      const nested = (inner: AbortSignal): Promise<unknown> =>
        nestedMap(operation, concurrency, inner);
      return behave({ operation, context, value, gauges, mayHang, nested });
    };
  }

  valueOf(item: number): string {
    return `${this.operation.name} ${item}`;
  }

  /** The values of all items, as they must be when nothing failed. */
  checkValues(values: readonly string[]): void {
    const { source, operation } = this;
    if (source.throws) operation.fault('did not notice that its items failed');
    if (values.length !== source.count)
      operation.fault(`gave ${values.length} values for ${source.count} items`);
    for (const [item, value] of values.entries()) {
      if (value !== this.valueOf(item)) operation.fault(`gave ${show(value)} for item ${item}`);
    }
  }

  /** One outcome each of the first items, in order or in any. */
  checkOutcomes(outcomes: readonly Outcome<number, string>[], isOrdered: boolean): void {
    const indexes = outcomes.map(({ index }) => index);
    const sorted = isOrdered ? indexes : indexes.toSorted((a, b) => a - b);
    if (sorted.some((index, place) => index !== place))
      this.operation.fault(`gave outcomes of the items ${indexes.join(', ')}`);
    this.checkEach(outcomes);
  }

  /** Outcomes that need not be those of the first items. */
  checkEach(outcomes: readonly Outcome<number, string>[]): void {
    for (const outcome of outcomes) {
      const { index, item, attempts } = outcome;
      if (index !== item) this.operation.fault(`gave item ${item} at ${index}`);
      if (attempts > this.mostAttempts) this.operation.fault(`tried ${item} ${attempts} times`);
      this.checkOutcome(outcome);
    }
  }

  /** What is wrong once the run is over. */
  checkLeftovers(): void {
    const fault = this.source.fault();
    if (fault !== null) this.operation.fault(fault);
  }

  private checkOutcome(outcome: Outcome<number, string>): void {
    const { operation, isTimed } = this;
    if (outcome.ok) {
      if (outcome.value === this.valueOf(outcome.item)) return;
      return operation.fault(`gave ${show(outcome.value)} for item ${outcome.item}`);
    }
    const { error, gaveUp } = outcome;
    if (gaveUp === 'cancelled' && isAtonceError(error, 'E_CANCELLED')) return;
    operation.checkError(error, isTimed);
  }

  private listener(): (event: ProgressEvent) => void {
    const { operation, settled } = this;
    const throwsAt = operation.draw.chance(0.1) ? operation.draw.whole(1, 10) : Infinity;
    let events = 0;
    const listener = (event: ProgressEvent): void => {
      if (event.type === 'settled') {
        if (settled.has(event.index)) operation.fault(`item ${event.index} settled twice`);
        settled.add(event.index);
      }
      if (++events !== throwsAt) return;
      if (operation.draw.chance(0.5)) operation.abort();
      else throw operation.failure();
    };
    return operation.world.sabotage.listener?.(listener) ?? listener;
  }

  /** Exact only where time stands still while code runs. */
  private checkRate({ limit, intervalMs }: RateLimitOptions): void {
    const { operation, starts } = this;
    if (!operation.world.isSimulated) return;
    const now = operation.world.clock.now();
    const earliest = starts.at(-limit);
    if (earliest !== undefined && now < earliest + intervalMs)
      operation.fault(`started more than ${limit} within ${intervalMs} ms`);
    starts.push(now);
  }
}

function drawRetry(operation: Operation): RetryOptions {
  const { draw } = operation;
  return {
    attempts: draw.whole(1, 4),
    backoff: draw.pick([
      0,
      [10, 1_000],
      { initialMs: 500, maxMs: 5_000 },
      (failed: number) => failed * 100,
    ]),
    ...(draw.chance(0.2) ? { on: () => draw.chance(0.7) } : {}),
    ...(draw.chance(0.02)
      ? {
          on: () => {
            throw operation.failure();
          },
        }
      : {}),
  };
}
