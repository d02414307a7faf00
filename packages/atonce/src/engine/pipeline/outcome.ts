import type { GaveUp } from '../../kernel/outcome.ts';

interface EndFacts {
  /**
   * Positions in the input of the items it was made from, from 0: one, or all those of a batch. What
   * was flattened out of a batch names all items of the batch.
   */
  readonly inputs: readonly number[];
  /** Milliseconds from taking the first of those items to this end. */
  readonly elapsedMs: number;
}

/** A value that came out of the last stage. */
export interface PipelineSuccess<R> extends EndFacts {
  readonly ok: true;
  readonly value: R;
}

/** An item that ended in a stage, whatever that stage threw: `ok` tells, never the truth of `error`. */
export interface PipelineFailure<I = unknown> extends EndFacts {
  readonly ok: false;
  /** Name of the stage in which it ended. */
  readonly stage: string;
  /** What the stage was given: the input item, or what the stage before had made of it. */
  readonly item: I;
  readonly error: unknown;
  readonly gaveUp: GaveUp;
  /** How often the stage was started for it; 0 when it never was. */
  readonly attempts: number;
  /** Milliseconds in which the stage was at work on it, over all attempts. */
  readonly durationMs: number;
}

/** What became of one item, or of what a stage had made of it. */
export type PipelineOutcome<R> = PipelineSuccess<R> | PipelineFailure;

/** Names what an outcome was made from, for messages. */
export function describeInputs(inputs: readonly number[]): string {
  return inputs.length === 1 ? `item ${inputs[0]}` : `a batch of ${inputs.length} items`;
}
