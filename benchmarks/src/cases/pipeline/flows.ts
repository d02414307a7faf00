import { createPipeline } from 'atonce';
import type { Prepare } from '../../harness/benchmark.ts';
import { consumedStream, noop } from '../../memory/consumed-stream.ts';
import { loadTransform } from './transform.ts';

const SLOTS = 16;
const STAGES = ['one', 'two', 'three'];

export const atonceInOrder: Prepare = atonceFlow('input');

export const atonceByCompletion: Prepare = atonceFlow('completion');

export const streamingTransforms: Prepare = async (setting) => {
  const transform = await loadTransform();
  const start = (items: Iterable<number>): AsyncIterable<number> => {
    let flow = transform(SLOTS, noop, items);
    for (const _ of STAGES.slice(1)) flow = transform(SLOTS, noop, flow);
    return flow;
  };
  return consumedStream(start, (value) => value)(setting);
};

function atonceFlow(order: 'input' | 'completion'): Prepare {
  let pipeline = createPipeline<number>();
  for (const name of STAGES) pipeline = pipeline.stage(name, noop, { concurrency: SLOTS });
  return consumedStream(
    (items) => pipeline.stream(items, { order }),
    (outcome) => (outcome.ok ? outcome.value : NaN),
  );
}
