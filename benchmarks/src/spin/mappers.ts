import { map } from 'atonce';
import { moduleTask, threads } from 'atonce/threads';
import type { Prepare } from '../harness/benchmark.ts';
import { checkSpin, spinItems } from './spin-items.ts';
import { spin } from './spin.ts';

/** Something that spins every item and gives the values in order. */
export interface SpinMapper {
  map(items: readonly number[]): Promise<readonly number[]> | readonly number[];
  close?(): Promise<void>;
}

export type StartMapper = () => SpinMapper | Promise<SpinMapper>;

/** Worker threads of every pool. */
export const WORKERS = 2;

/** The task as pools load it. */
export const spinFile: URL = new URL('./spin.js', import.meta.url);
export const spinTask: ReturnType<typeof moduleTask<number, number>> = moduleTask<number, number>(
  spinFile,
  'spin',
);

/** A contestant that has done the same run once before: its workers are up, the code on all sides is compiled. */
export function warm(start: StartMapper): Prepare {
  return async (setting) => {
    const items = spinItems(setting);
    const mapper = await start();
    await mapper.map(items);
    let values: readonly number[] | undefined;
    return {
      run: async () => {
        values = await mapper.map(items);
        return undefined;
      },
      check: () => checkSpin(items, values),
      close: () => mapper.close?.(),
    };
  };
}

/**
 * A contestant that starts its workers inside the measured run; with `closing` it also ends them there.
 * The point says how often the same was done in this process before: `poolsBefore`.
 */
export function cold(load: () => Promise<StartMapper>, closing = false): Prepare {
  return async (setting) => {
    const items = spinItems(setting);
    const start = await load();
    for (let left = Number(setting.parameters['poolsBefore']); left > 0; left--) {
      const before = await start();
      await before.map(items);
      await before.close?.();
    }
    let mapper: SpinMapper | undefined;
    let values: readonly number[] | undefined;
    return {
      run: async () => {
        mapper = await start();
        values = await mapper.map(items);
        if (closing) await mapper.close?.();
        return undefined;
      },
      check: () => checkSpin(items, values),
      close: () => (closing ? undefined : mapper?.close?.()),
    };
  };
}

/** What a plain loop on the calling thread does. */
export const sequential: StartMapper = () => ({
  map: (items) => {
    const values: number[] = [];
    for (const item of items) values.push(spin(item));
    return values;
  },
});

/** `map` on the calling thread: what the engine costs before any thread is asked. */
export const onLoop: StartMapper = () => ({ map: (items) => map(items, spin) });

/** `map` on a pool of threads. */
export function atonceMap(inline: 'auto' | false, warmUp = true): StartMapper {
  return async () => {
    const pool = threads({ workers: WORKERS, inline });
    if (warmUp) await pool.warmUp();
    return {
      map: (items) => map(items, spinTask, { on: pool }),
      close: () => pool.close(),
    };
  };
}

/** Single calls of `pool.run`, many in flight. */
export const atonceRun: StartMapper = async () => {
  const pool = threads({ workers: WORKERS });
  await pool.warmUp();
  return {
    map: (items) => inLanes(items, (item) => pool.run(spinTask, item)),
    close: () => pool.close(),
  };
};

/** Calls in flight, for pools that take one call at a time. */
const LANES = 1_024;

export async function inLanes(
  items: readonly number[],
  call: (item: number) => PromiseLike<number>,
): Promise<number[]> {
  const values = Array<number>(items.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      values[index] = await call(items[index] as number);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return values;
}
