import { AtonceError } from '../../kernel/errors.ts';
import { describeInputs, type PipelineFailure } from './outcome.ts';
import type { PipelineReport } from './report.ts';

/** A stage whose errors stop the pipeline has failed. `cause` is what it threw. */
export class StageError<R> extends AtonceError {
  /** Name of the stage. */
  readonly stage: string;
  /** What the stage was given. */
  readonly item: unknown;
  /** Positions in the input of what that was made from. */
  readonly inputs: readonly number[];
  /** What became of all other items; null from a stream, which has given it. */
  readonly report: PipelineReport<R> | null;

  constructor({ stage, item, inputs, error }: PipelineFailure, report: PipelineReport<R> | null) {
    const text = `stage ${JSON.stringify(stage)} failed on ${describeInputs(inputs)}`;
    super('E_STAGE', text, { cause: error });
    this.name = 'StageError';
    this.stage = stage;
    this.item = item;
    this.inputs = inputs;
    this.report = report;
  }
}
