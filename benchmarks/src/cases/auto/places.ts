import { isDeepStrictEqual } from 'node:util';
import { map, type RunOptions } from 'atonce';
import { moduleTask, threads } from 'atonce/threads';
import type { Prepare } from '../../harness/benchmark.ts';
import { type LoadedWorkload, loadWorkload, type WorkloadName } from './load-workload.ts';
import { startUrlServer } from './url-server.ts';

type Values = readonly unknown[] & {
  readonly decision?: { readonly ran: string; readonly reason: string } | undefined;
};

/** Runs all items of a workload in one place; `close` gives back what it has taken. */
interface Place {
  run(items: readonly unknown[]): Promise<Values>;
  close?(): Promise<void>;
}

const CONCURRENCY = 64;

/** Equal runs before the measured one where that is to find everything warm. */
const RUNS_BEFORE = 5;

export const places = {
  sequential: ({ run }: LoadedWorkload): Place => ({
    run: async (items) => {
      const values: unknown[] = [];
      for (const item of items) {
        const result = run(item);
        values.push(result instanceof Promise ? await result : result);
      }
      return values;
    },
  }),
  onLoop: ({ run }: LoadedWorkload): Place => ({
    run: (items) => map(items, (item) => run(item), { concurrency: CONCURRENCY }),
  }),
  onThreads: (workload: LoadedWorkload): Place => {
    const pool = threads();
    return { ...shipped(workload, { on: pool }), close: () => pool.close() };
  },
  byItself: (workload: LoadedWorkload): Place => shipped(workload, { on: 'auto' }),
} as const;

function shipped({ url }: LoadedWorkload, options: RunOptions<unknown>): Place {
  const task = moduleTask<unknown, unknown>(url, 'run');
  return { run: (items) => map(items, task, options) };
}

/** A contestant that runs the point's workload in the given place. */
export function placed(name: keyof typeof places): Prepare {
  return async ({ items: count, parameters }) => {
    const workload = await loadWorkload(parameters['module'] as WorkloadName);
    const server = workload.server && (await startUrlServer(workload.server));
    if (server !== undefined) process.env['ATONCE_BENCH_URL'] = server.url;
    const items = workload.items(count);
    let place: Place | undefined;
    if (parameters['start'] === 'warm') {
      place = places[name](workload);
      for (let run = 0; run < RUNS_BEFORE; run++) await place.run(items);
    }
    let values: Values = [];
    return {
      run: async () => {
        place ??= places[name](workload);
        values = await place.run(items);
        const { decision } = values;
        return decision && { figures: { ran: decision.ran, reason: decision.reason } };
      },
      check: () => checkValues(workload, items, values),
      close: async () => {
        await place?.close?.();
        await server?.stop();
      },
    };
  };
}

async function checkValues(
  { run }: LoadedWorkload,
  items: readonly unknown[],
  values: Values,
): Promise<void> {
  if (values.length !== items.length)
    throw new Error(`${values.length} values for ${items.length} items`);
  const expected = await map(items, (item) => run(item), { concurrency: CONCURRENCY });
  expected.forEach((value, index) => {
    if (!isDeepStrictEqual(values[index], value)) throw new Error(`wrong value at ${index}`);
  });
}
