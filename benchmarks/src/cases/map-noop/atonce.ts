import { batchMap, fixedLimit, map, runParallel, stream } from 'atonce';
import { CONCURRENCY, type MapNoop, noop, type Total } from './noop.ts';

/** Every default on. */
export const mapDefaults: MapNoop = (items) => map(items, noop, { concurrency: CONCURRENCY });

export const mapWithLimit: MapNoop = (items) =>
  map(items, noop, { concurrency: fixedLimit(CONCURRENCY) });

export const mapWithSignal: MapNoop = (items) =>
  map(items, noop, { concurrency: CONCURRENCY, signal: new AbortController().signal });

export const mapWithTimeout: MapNoop = (items) =>
  map(items, noop, { concurrency: CONCURRENCY, timeoutMs: 60_000 });

export const mapWithRetry: MapNoop = (items) =>
  map(items, noop, { concurrency: CONCURRENCY, retry: { attempts: 3 } });

/** A limit that is never reached: what is measured is the account of starts, not waiting. */
export const mapWithRateLimit: MapNoop = (items) =>
  map(items, noop, {
    concurrency: CONCURRENCY,
    rateLimit: { limit: items.length + 1, intervalMs: 1_000 },
  });

export const mapWithProgress: MapNoop = async (items) => {
  let events = 0;
  const values = await map(items, noop, { concurrency: CONCURRENCY, onProgress: () => events++ });
  if (events < 2 * items.length) throw new Error(`only ${events} progress events`);
  return values;
};

/** The task reads its own signal, so each item gets a controller. */
export const mapReadingSignal: MapNoop = (items) =>
  map(items, async (item, { signal }) => (signal.aborted ? -1 : item), {
    concurrency: CONCURRENCY,
  });

export const parallel: MapNoop = async (items) => {
  const outcomes = await runParallel(items, noop, { concurrency: CONCURRENCY });
  return outcomes.map((outcome) => (outcome.ok ? outcome.value : -1));
};

export const successes: MapNoop = (items) => batchMap(items, noop, { concurrency: CONCURRENCY });

export const streamInOrder: MapNoop = (items) => consume(items, 'input');

export const streamByCompletion: MapNoop = (items) => consume(items, 'completion');

async function consume(items: readonly number[], order: 'input' | 'completion'): Promise<Total> {
  let count = 0;
  let sum = 0;
  for await (const outcome of stream(items, noop, { concurrency: CONCURRENCY, order })) {
    if (!outcome.ok) throw new Error('an item failed');
    count++;
    sum += outcome.value;
  }
  return { count, sum };
}
