import { loadPeer } from '../../harness/peers.ts';
import { CONCURRENCY, type MapNoop, noop } from './noop.ts';

type Noop = (item: number) => Promise<number>;

export async function pMap(): Promise<MapNoop> {
  const { default: map } = await loadPeer<{
    default(items: Iterable<number>, task: Noop, options: object): Promise<number[]>;
  }>('p-map');
  return (items) => map(items, noop, { concurrency: CONCURRENCY });
}

export async function asyncMapLimit(): Promise<MapNoop> {
  const { mapLimit } = await loadPeer<{
    mapLimit(items: readonly number[], limit: number, task: Noop): Promise<number[]>;
  }>('async');
  return (items) => mapLimit(items, CONCURRENCY, noop);
}

export async function effectForEach(): Promise<MapNoop> {
  const { Effect } = await loadPeer<{
    Effect: {
      promise(run: () => Promise<number>): unknown;
      forEach(items: Iterable<number>, task: (item: number) => unknown, options: object): unknown;
      runPromise(effect: unknown): Promise<number[]>;
    };
  }>('effect');
  return (items) =>
    Effect.runPromise(
      Effect.forEach(items, (item) => Effect.promise(() => noop(item)), {
        concurrency: CONCURRENCY,
      }),
    );
}

export async function fastqPromise(): Promise<MapNoop> {
  const { default: fastq } = await loadPeer<{
    default: { promise(task: Noop, width: number): { push: Noop } };
  }>('fastq');
  return (items) => {
    const queue = fastq.promise(noop, CONCURRENCY);
    return Promise.all(items.map((item) => queue.push(item)));
  };
}

export async function pLimit(): Promise<MapNoop> {
  const { default: limit } = await loadPeer<{
    default(width: number): (task: Noop, item: number) => Promise<number>;
  }>('p-limit');
  return (items) => {
    const limited = limit(CONCURRENCY);
    return Promise.all(items.map((item) => limited(noop, item)));
  };
}

export async function pQueue(): Promise<MapNoop> {
  const { default: Queue } = await loadPeer<{
    default: new (options: object) => { add(task: () => Promise<number>): Promise<number> };
  }>('p-queue');
  return (items) => {
    const queue = new Queue({ concurrency: CONCURRENCY });
    return Promise.all(items.map((item) => queue.add(() => noop(item))));
  };
}

export async function bottleneck(): Promise<MapNoop> {
  const { default: Bottleneck } = await loadPeer<{
    default: new (options: object) => {
      schedule(task: Noop, item: number): Promise<number>;
    };
  }>('bottleneck');
  return (items) => {
    const limiter = new Bottleneck({ maxConcurrent: CONCURRENCY });
    return Promise.all(items.map((item) => limiter.schedule(noop, item)));
  };
}

/** Gives values in the order of completion. */
export async function streamingTransform(): Promise<MapNoop> {
  const { transform } = await loadPeer<{
    transform(width: number, task: Noop, items: Iterable<number>): AsyncIterable<number>;
  }>('streaming-iterables');
  return async (items) => {
    let count = 0;
    let sum = 0;
    for await (const value of transform(CONCURRENCY, noop, items)) {
      count++;
      sum += value;
    }
    return { count, sum };
  };
}
