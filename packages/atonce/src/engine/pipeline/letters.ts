import type { PipelineFailure } from './outcome.ts';
import type { DeadLetter } from './stage-options.ts';

/** Told how a letter was received: null, or what the receiver threw. */
export type Received = (refusal: { readonly error: unknown } | null) => void;

/** Failures on their way to functions that take them over. */
export class Letters {
  private readonly pending = new Set<() => void>();

  /** Letters that no answer has come for. */
  get size(): number {
    return this.pending.size;
  }

  /** Calls the receiver; `received` is called exactly once. */
  send(receiver: DeadLetter<unknown>, failure: PipelineFailure, received: Received): void {
    let answer: unknown;
    try {
      answer = receiver(failure);
    } catch (error) {
      return received({ error });
    }
    if (answer === undefined) return received(null);
    const settle: Received = (refusal) => {
      if (this.pending.delete(giveUp)) received(refusal);
    };
    const giveUp = (): void => settle(null);
    this.pending.add(giveUp);
    Promise.resolve(answer).then(giveUp, (error: unknown) => settle({ error }));
  }

  /** Waits for no answer any more. */
  abandon(): void {
    for (const giveUp of this.pending) giveUp();
  }
}
