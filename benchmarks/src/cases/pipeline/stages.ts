import { setTimeout as sleep } from 'node:timers/promises';
import type { Prepare } from '../../harness/benchmark.ts';

/** One stage: how long an item takes in it, and how many it has at once. */
export interface TimedStage {
  readonly ms: number;
  readonly slots: number;
}

/** Three stages of equal throughput. */
export const stages: readonly [TimedStage, TimedStage, TimedStage] = [
  { ms: 10, slots: 4 },
  { ms: 20, slots: 8 },
  { ms: 10, slots: 4 },
];

/** What every stage does: waits, and adds one. */
export async function step(item: number, { ms }: TimedStage): Promise<number> {
  await sleep(ms);
  return item + 1;
}

/** Puts numbers through the stages and gives what comes out, in any order. */
export type ThroughStages = (items: readonly number[]) => Promise<readonly number[]>;

/** A contestant from a function over items; `passes` is how many stages it takes them through. */
export function overStages(through: ThroughStages, passes: number = stages.length): Prepare {
  return async ({ items: count }) => {
    const items = Array.from({ length: count }, (_, index) => index);
    await through(items.slice(0, 20));
    let values: readonly number[] = [];
    return {
      run: async () => {
        values = await through(items);
        return undefined;
      },
      check: () => {
        const sum = values.reduce((total, value) => total + value, 0);
        const expected = (count * (count - 1)) / 2 + count * passes;
        if (values.length !== count || sum !== expected) throw new Error('wrong values');
      },
    };
  };
}
