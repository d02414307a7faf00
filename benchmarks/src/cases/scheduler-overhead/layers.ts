import type { Prepare } from '../../harness/benchmark.ts';

/** Tasks in flight at most, for every contestant that can bound them. */
export const CONCURRENCY = 64;
const WIDTH = 1_000;
const WARM_UP = 2_000;

/** A task as every contestant gets it. */
export interface Node {
  readonly index: number;
  readonly name: string;
  /** Numbers and names of the tasks before it. */
  readonly needs: readonly number[];
  readonly dependsOn: readonly string[];
}

/** Runs `work` for every node once all it needs is done. */
export type RunGraph = (
  nodes: readonly Node[],
  work: (index: number) => Promise<number>,
) => Promise<unknown>;

/** A contestant from a function over nodes: layers of 1,000, each task needs three of the layer before. */
export function overLayers(runGraph: RunGraph): Prepare {
  return async ({ items }) => {
    await runGraph(layers(WARM_UP), async (index) => index);
    const nodes = layers(items);
    const places = new Int32Array(items).fill(-1);
    let started = 0;
    return {
      run: async () => {
        await runGraph(nodes, async (index) => (places[index] = started++));
        return undefined;
      },
      check: () => {
        if (started !== items) throw new Error(`${started} tasks ran of ${items}`);
        for (const { index, needs } of nodes)
          if (needs.some((need) => places[need]! >= places[index]!))
            throw new Error(`task ${index} started before one that it needs`);
      },
    };
  };
}

function layers(count: number): Node[] {
  const names = Array.from({ length: count }, (_, index) => `task ${index}`);
  return names.map((name, index) => {
    const first = index - (index % WIDTH) - WIDTH;
    const needs =
      first < 0 ? [] : [0, 1, 2].map((step) => first + ((index * 7 + step * 333) % WIDTH));
    return { index, name, needs, dependsOn: needs.map((need) => names[need] as string) };
  });
}
