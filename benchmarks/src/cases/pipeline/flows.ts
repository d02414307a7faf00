import { createPipeline } from 'atonce';
import type { Prepare } from '../../harness/benchmark.ts';
import { loadPeer } from '../../harness/peers.ts';
import { MemorySeries } from '../stream-memory/memory-series.ts';

const SLOTS = 16;
const STAGES = ['one', 'two', 'three'];
const READINGS = 10;

export const atonceInOrder: Prepare = atonceStream('input');

export const atonceByCompletion: Prepare = atonceStream('completion');

export const streamingTransforms: Prepare = async (setting) => {
  const { transform } = await loadPeer<{
    transform(
      width: number,
      task: typeof noop,
      items: Iterable<number> | AsyncIterable<number>,
    ): AsyncIterable<number>;
  }>('streaming-iterables');
  const start = (items: Iterable<number>): AsyncIterable<number> => {
    let flow = transform(SLOTS, noop, items);
    for (const _ of STAGES.slice(1)) flow = transform(SLOTS, noop, flow);
    return flow;
  };
  return consuming(start, (value) => value)(setting);
};

async function noop(item: number): Promise<number> {
  return item;
}

function atonceStream(order: 'input' | 'completion'): Prepare {
  let pipeline = createPipeline<number>();
  for (const name of STAGES) pipeline = pipeline.stage(name, noop, { concurrency: SLOTS });
  return consuming(
    (items) => pipeline.stream(items, { order }),
    (outcome) => (outcome.ok ? outcome.value : NaN),
  );
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
