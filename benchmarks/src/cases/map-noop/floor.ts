import { CONCURRENCY, type MapNoop, noop } from './noop.ts';

/** What nobody can undercut by much: lanes of a bare async function that share a cursor. */
export const bareLanes: MapNoop = async (items) => {
  const values = Array<number>(items.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      values[index] = await noop(items[index] as number);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  return values;
};
