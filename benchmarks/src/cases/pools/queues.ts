import { createPools } from 'atonce';
import type { Prepare } from '../../harness/benchmark.ts';
import { loadPeer } from '../../harness/peers.ts';

const CONCURRENCY = 64;

/** Calls made before the measured ones, so that the code is loaded and compiled once. */
const WARM_UP = 2_000;

type Task = () => Promise<number>;
type Enqueue = (task: Task) => Promise<number>;

const noop: Task = async () => 1;
const wait: Task = () => new Promise((resolve) => setImmediate(resolve, 1));

export const atoncePools: Prepare = overCalls(() => {
  const pools = createPools({ api: CONCURRENCY });
  return (task) => pools.run('api', task);
});

export const atoncePoolsWithSignal: Prepare = overCalls(() => {
  const pools = createPools({ api: CONCURRENCY });
  const options = { signal: new AbortController().signal };
  return (task) => pools.run('api', task, options);
});

/** Tasks that wait for a turn of the event loop, so that their slots are tracked. */
export const atoncePoolsOfWaiting: Prepare = overCalls(() => {
  const pools = createPools({ api: CONCURRENCY });
  return (task) => pools.run('api', task);
}, wait);

export const noLimit: Prepare = overCalls(() => (task) => task());

export const pLimit: Prepare = async (setting) => {
  const { default: limit } = await loadPeer<{ default(width: number): Enqueue }>('p-limit');
  return overCalls(() => limit(CONCURRENCY))(setting);
};

export const pQueue: Prepare = async (setting) => {
  const { default: Queue } = await loadPeer<{
    default: new (options: object) => { add: Enqueue };
  }>('p-queue');
  return overCalls(() => {
    const queue = new Queue({ concurrency: CONCURRENCY });
    return (task) => queue.add(task);
  })(setting);
};

export const fastqPromise: Prepare = async (setting) => {
  const { default: fastq } = await loadPeer<{
    default: { promise(worker: (task: Task) => Promise<number>, width: number): { push: Enqueue } };
  }>('fastq');
  return overCalls(() => {
    const queue = fastq.promise((task) => task(), CONCURRENCY);
    return (task) => queue.push(task);
  })(setting);
};

function overCalls(makeQueue: () => Enqueue, task = noop): Prepare {
  return async ({ items }) => {
    await queueAll(makeQueue(), task, WARM_UP);
    const enqueue = makeQueue();
    let values: readonly number[] = [];
    return {
      run: async () => {
        values = await queueAll(enqueue, task, items);
        return undefined;
      },
      check: () => {
        if (values.length !== items || values.some((value) => value !== 1))
          throw new Error('wrong values');
      },
    };
  };
}

function queueAll(enqueue: Enqueue, task: Task, count: number): Promise<number[]> {
  const promises: Promise<number>[] = [];
  for (let call = 0; call < count; call++) promises.push(enqueue(task));
  return Promise.all(promises);
}
