import { CONCURRENCY, type RunGraph } from './layers.ts';

/** What nobody can undercut by much: counters of what is missing, a queue, and lanes that share it. */
export const counters: RunGraph = async (nodes, work) => {
  const missing = nodes.map(({ needs }) => needs.length);
  const needers: number[][] = nodes.map(() => []);
  for (const { index, needs } of nodes) for (const need of needs) needers[need]?.push(index);
  const ready = nodes.flatMap(({ index, needs }) => (needs.length === 0 ? [index] : []));
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < ready.length) {
      const index = ready[next++] as number;
      await work(index);
      for (const needer of needers[index] ?? []) if (--missing[needer]! === 0) ready.push(needer);
    }
  };
  // A lane that finds nothing ready ends, so what is left begins anew when it becomes ready.
  while (next < nodes.length) await Promise.all(Array.from({ length: CONCURRENCY }, lane));
};
