import { CancelledError } from '../../kernel/errors.ts';
import { RingBuffer } from '../../kernel/ring-buffer.ts';
import type { PipelineOutcome } from './outcome.ts';
import type { PipelineEnd, PipelineRun, Reader } from './pipeline-run.ts';
import { StageError } from './stage-error.ts';
import type { PipelineStatistics } from './statistics.ts';

/** Outcomes as they come. Leaving the loop early stops the pipeline. */
export interface PipelineStream<R> extends AsyncIterableIterator<PipelineOutcome<R>> {
  return(): Promise<IteratorResult<PipelineOutcome<R>>>;
  /** How the pipeline has fared so far; may be read at any time, also after the end. */
  readonly statistics: PipelineStatistics;
}

/** Gives a pipeline's outcomes to a `for await` loop, and lets it run only as far ahead as was agreed. */
export class PipelineReader<R> implements Reader, PipelineStream<R> {
  readonly wantsRest = false;
  readonly inOrder: boolean;
  readonly highWaterMark: number;
  run: PipelineRun | null = null;
  private readonly ready = new RingBuffer<PipelineOutcome<R>>();
  private readonly outcomes: AsyncGenerator<PipelineOutcome<R>, void, void>;
  private end: PipelineEnd | null = null;
  private isLeaving = false;
  /** Wakes whoever waits for an outcome or for the end. */
  private arrived: (() => void) | null = null;

  constructor(inOrder: boolean, highWaterMark: number) {
    this.inOrder = inOrder;
    this.highWaterMark = highWaterMark;
    this.outcomes = this.read();
  }

  get unread(): number {
    return this.ready.size;
  }

  get statistics(): PipelineStatistics {
    return (this.run as PipelineRun).statistics();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<PipelineOutcome<R>>> {
    return this.outcomes.next();
  }

  return(): Promise<IteratorResult<PipelineOutcome<R>>> {
    this.leave();
    return this.outcomes.return();
  }

  deliver(outcome: PipelineOutcome<unknown>): void {
    this.ready.push(outcome as PipelineOutcome<R>);
    this.wake();
  }

  ended(end: PipelineEnd): void {
    this.end = end;
    this.wake();
  }

  private async *read(): AsyncGenerator<PipelineOutcome<R>, void, void> {
    const { ready } = this;
    this.run?.start();
    try {
      for (;;) {
        const outcome = this.isLeaving ? undefined : ready.shift();
        if (outcome !== undefined) {
          this.run?.relieve();
          yield outcome;
        } else if (this.end === null) await this.arrival();
        else break;
      }
      if (!this.isLeaving) throwEnd(this.end);
    } finally {
      this.leave();
      while (this.end === null) await this.arrival();
    }
  }

  private arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.arrived = resolve;
    });
  }

  private wake(): void {
    this.arrived?.();
    this.arrived = null;
  }

  /** To a reader that leaves, being stopped is the end and no error. */
  private leave(): void {
    if (this.isLeaving) return;
    this.isLeaving = true;
    const error = new CancelledError('the pipeline was closed by its reader', undefined);
    this.run?.stop('aborted', error);
    this.ready.clear();
  }
}

function throwEnd(end: PipelineEnd): void {
  if (end.how === 'completed') return;
  if (end.how === 'failed') throw new StageError(end.failure, null);
  throw end.error;
}
