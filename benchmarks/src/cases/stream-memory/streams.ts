import { stream } from 'atonce';
import type { Prepare } from '../../harness/benchmark.ts';
import { loadPeer } from '../../harness/peers.ts';
import { consumedStream, noop } from '../../memory/consumed-stream.ts';

const CONCURRENCY = 64;

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
  return consumedStream(
    (items) => iterate(items, noop, { concurrency: CONCURRENCY }),
    (value) => value,
  )(setting);
};

function atonceStream(order: 'input' | 'completion'): Prepare {
  return consumedStream(
    (items) => stream(items, noop, { concurrency: CONCURRENCY, order }),
    (outcome) => (outcome.ok ? outcome.value : NaN),
  );
}
