import type { Prepare } from '../../harness/benchmark.ts';

/** Tasks in flight at most, for every contestant. */
export const CONCURRENCY = 64;

/** The task: async, and does nothing. */
export async function noop(item: number): Promise<number> {
  return item;
}

/** Runs the no-op task over the items; gives the values, or only their number and sum where order is not kept. */
export type MapNoop = (items: readonly number[]) => Promise<readonly number[] | Total>;

export interface Total {
  readonly count: number;
  readonly sum: number;
}

/** Enough for the code to be loaded and compiled once; the measured run pays for its own optimisation. */
const WARM_UP = 2_000;

/** A contestant from a function over items: numbers from 0, warmed up, its values checked. */
export function overNumbers(mapNoop: MapNoop): Prepare {
  return async ({ items: count }) => {
    const items = Array.from({ length: count }, (_, index) => index);
    await mapNoop(items.slice(0, WARM_UP));
    let answer: readonly number[] | Total | undefined;
    return {
      run: async () => {
        answer = await mapNoop(items);
        return undefined;
      },
      check: () => checkAnswer(answer, count),
    };
  };
}

function checkAnswer(answer: readonly number[] | Total | undefined, count: number): void {
  if (answer === undefined) throw new Error('no answer');
  if ('sum' in answer) {
    const sum = (count * (count - 1)) / 2;
    if (answer.count !== count || answer.sum !== sum) throw new Error('wrong values');
    return;
  }
  if (answer.length !== count) throw new Error(`${answer.length} values for ${count} items`);
  for (let index = 0; index < count; index++) {
    if (answer[index] !== index) throw new Error(`wrong value at ${index}`);
  }
}
