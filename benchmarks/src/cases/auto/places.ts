import { isDeepStrictEqual } from 'node:util';
import { map, type RunOptions } from 'atonce';
import { moduleTask, threads } from 'atonce/threads';
import type { Prepare } from '../../harness/benchmark.ts';
import { startUrlServer } from './url-server.ts';
import { type LoadedWorkload, loadWorkload } from './workloads.ts';

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

function shipped({ url, workload }: LoadedWorkload, options: RunOptions<unknown>): Place {
  const task = moduleTask<unknown, unknown>(url, workload.task);
  return { run: (items) => map(items, task, options) };
}

/** A contestant that runs the point's workload in the given place. */
export function placed(name: keyof typeof places): Prepare {
  return async ({ items: count, parameters }) => {
    const loaded = await loadWorkload(String(parameters['module']));
    const server = loaded.server && (await startUrlServer(loaded.server));
    if (server !== undefined) process.env['ATONCE_BENCH_URL'] = server.url;
    const items = loaded.workload.items().slice(0, count);
    let place: Place | undefined;
    if (parameters['start'] === 'warm') {
      place = places[name](loaded);
      for (let run = 0; run < RUNS_BEFORE; run++) await place.run(items);
    }
    let values: Values = [];
    return {
      run: async () => {
        place ??= places[name](loaded);
        values = await place.run(items);
        const { decision } = values;
        return decision && { figures: { ran: decision.ran, reason: decision.reason } };
      },
      check: () => checkValues(loaded, { items, count, values }),
      close: async () => {
        await place?.close?.();
        await server?.stop();
      },
    };
  };
}

interface Answers {
  readonly items: readonly unknown[];
  readonly count: number;
  readonly values: Values;
}

async function checkValues(
  { run }: LoadedWorkload,
  { items, count, values }: Answers,
): Promise<void> {
  if (items.length !== count)
    throw new Error(`the workload has ${items.length} items, not ${count}`);
  if (values.length !== count) throw new Error(`${values.length} values for ${count} items`);
  const expected = await map(items, (item) => run(item), { concurrency: CONCURRENCY });
  expected.forEach((value, index) => {
    if (!isDeepStrictEqual(values[index], value)) throw new Error(`wrong value at ${index}`);
  });
}
