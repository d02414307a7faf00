import type { Prepare } from '../harness/benchmark.ts';
import { MemorySeries } from './memory-series.ts';

/** Readings during a run, beside the one before it. */
const READINGS = 10;

/** The task of every stream: async, and does nothing. */
export async function noop(item: number): Promise<number> {
  return item;
}

/** A contestant from a stream over numbers made one by one: each element is summed and forgotten. */
export function consumedStream<E>(
  start: (items: Iterable<number>) => AsyncIterable<E>,
  valueOf: (element: E) => number,
): Prepare {
  return ({ items: count }) => {
    let sum = 0;
    return {
      run: async () => {
        const memory = new MemorySeries(count, READINGS);
        memory.read(0, true);
        let passed = 0;
        for await (const element of start(numbersBelow(count))) {
          sum += valueOf(element);
          memory.passed(++passed);
        }
        memory.read(passed, true);
        return { series: memory.points };
      },
      check: () => {
        if (sum !== (count * (count - 1)) / 2) throw new Error(`wrong sum ${sum}`);
      },
    };
  };
}

function* numbersBelow(count: number): Iterable<number> {
  for (let item = 0; item < count; item++) yield item;
}
