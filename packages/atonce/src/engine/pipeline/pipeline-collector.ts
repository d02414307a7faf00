import { SourceError } from '../../kernel/errors.ts';
import type { PipelineOutcome } from './outcome.ts';
import type { PipelineEnd, PipelineRun, Reader } from './pipeline-run.ts';
import { type PipelineReport, reportOf } from './report.ts';
import { StageError } from './stage-error.ts';

/** Collects all outcomes of a pipeline in input order. */
export class PipelineCollector<R> implements Reader {
  readonly highWaterMark: number = Infinity;
  readonly unread = 0;
  readonly inOrder = true;
  readonly wantsRest = true;
  run: PipelineRun | null = null;
  private readonly outcomes: PipelineOutcome<R>[] = [];
  private readonly resolve: (report: PipelineReport<R>) => void;
  private readonly reject: (error: unknown) => void;

  constructor(resolve: (report: PipelineReport<R>) => void, reject: (error: unknown) => void) {
    this.resolve = resolve;
    this.reject = reject;
  }

  deliver(outcome: PipelineOutcome<unknown>): void {
    this.outcomes.push(outcome as PipelineOutcome<R>);
  }

  ended(end: PipelineEnd): void {
    if (end.how === 'completed') return this.resolve(this.report());
    if (end.how === 'failed') return this.reject(new StageError(end.failure, this.report()));
    this.reject(end.how === 'source' ? new SourceError(end.error, this.outcomes) : end.error);
  }

  private report(): PipelineReport<R> {
    return reportOf(this.outcomes, (this.run as PipelineRun).statistics());
  }
}
