import type { Intake } from './intake.ts';
import type { Job } from './job.ts';
import type { Attempt, BulkItems } from './runner.ts';
import type { Sink } from './sink.ts';

/** The run, as far as it concerns items that a runner takes in bulk. */
export interface BulkOwner<T> {
  isStopped(): boolean;
  /** Something of the run is in execution, so that it does not end; `-1` when it no longer is. */
  occupy(by: 1 | -1): void;
  /** Takes the next item, which is in execution already. */
  beginNext(): Job<T> | null;
}

/** What of a run a bulk reads and fills. */
export interface BulkParts<T, R> {
  readonly intake: Intake<T, R>;
  readonly sink: Sink<T, R>;
}

/** Hands an array's items to a runner many at a time, and their values to the sink. */
export class Bulk<T, R> implements BulkItems<R> {
  readonly items: readonly T[];
  private readonly owner: BulkOwner<T>;
  private readonly parts: BulkParts<T, R>;

  constructor(owner: BulkOwner<T>, parts: BulkParts<T, R>, items: readonly T[]) {
    this.owner = owner;
    this.parts = parts;
    this.items = items;
  }

  get first(): number {
    return this.parts.intake.taken;
  }

  claim(most: number): number {
    const { owner, parts } = this;
    if (owner.isStopped() || parts.intake.ended) return 0;
    owner.occupy(1);
    return Math.min(most, this.items.length - parts.intake.taken);
  }

  release(values: readonly R[]): void {
    const { owner, parts } = this;
    parts.sink.filled?.(parts.intake.taken, values);
    parts.intake.skip(values.length);
    owner.occupy(-1);
  }

  begin(): Attempt<unknown> | undefined {
    return this.owner.beginNext() ?? undefined;
  }
}
