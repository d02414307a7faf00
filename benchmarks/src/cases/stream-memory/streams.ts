import { type Outcome, stream } from 'atonce';
import type { Prepare } from '../../harness/benchmark.ts';
import { loadPeer } from '../../harness/peers.ts';
import { MemorySeries } from './memory-series.ts';

const CONCURRENCY = 64;
const READINGS = 10;

export const atonceInOrder: Prepare = atonceStream('input');

export const atonceByCompletion: Prepare = atonceStream('completion');

export const pMapIterable: Prepare = async (setting) => {
  const { pMapIterable: iterate } = await loadPeer<{
    pMapIterable(
      items: Iterable<number>,
      task: typeof noop,
      options: object,
    ): AsyncIterable<number>;
  }>('p-map');
  const start = (items: Iterable<number>): AsyncIterable<number> =>
    iterate(items, noop, { concurrency: CONCURRENCY });
  return consuming(start, (value) => value)(setting);
};

async function noop(item: number): Promise<number> {
  return item;
}

function atonceStream(order: 'input' | 'completion'): Prepare {
  const start = (items: Iterable<number>): AsyncIterable<Outcome<number, number>> =>
    stream(items, noop, { concurrency: CONCURRENCY, order });
  return consuming(start, (outcome) => (outcome.ok ? outcome.value : NaN));
}

function* numbersBelow(count: number): Iterable<number> {
  for (let item = 0; item < count; item++) yield item;
}

function consuming<E>(
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
