import { createPipeline, type Pipeline } from '../../../src/engine/pipeline/create-pipeline.ts';
import type { PipelineOutcome } from '../../../src/engine/pipeline/outcome.ts';
import type { StageOptions } from '../../../src/engine/pipeline/stage-options.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { FakeClock } from '../../../src/testing/fake-clock.ts';

/** Resolves after `ms` of a clock. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}

/** Moves the clock on until a promise settles, and gives what it settles with. */
export async function untilSettled<V>(clock: FakeClock, promise: Promise<V>): Promise<V> {
  let isSettled = false;
  const note = (): void => {
    isSettled = true;
  };
  promise.then(note, note);
  for (let steps = 0; !isSettled; steps++) {
    if (steps > 100_000) throw new Error('nothing more happens');
    await clock.advance(1_000);
  }
  return promise;
}

/** All outcomes of a stream, and what it throws at its end. */
export async function drain<R>(
  stream: AsyncIterable<PipelineOutcome<R>>,
): Promise<{ outcomes: PipelineOutcome<R>[]; thrown: unknown }> {
  const outcomes: PipelineOutcome<R>[] = [];
  try {
    for await (const outcome of stream) outcomes.push(outcome);
  } catch (error) {
    return { outcomes, thrown: error };
  }
  return { outcomes, thrown: undefined };
}

/** A source that counts how far it was read and how often it was closed. */
export interface CountedSource extends Iterable<number> {
  readonly taken: number;
  readonly closed: number;
}

export function countedSource(count: number): CountedSource {
  const source = {
    taken: 0,
    closed: 0,
    [Symbol.iterator]() {
      return {
        next: () =>
          source.taken < count
            ? { done: false as const, value: source.taken++ }
            : { done: true as const, value: undefined },
        return: () => {
          source.closed++;
          return { done: true as const, value: undefined };
        },
      };
    },
  };
  return source;
}

/** A pipeline of one stage that gives each number back. */
export function identity(options: StageOptions<number> = {}): Pipeline<number, number> {
  return createPipeline<number>().stage('same', async (item) => item, options);
}
