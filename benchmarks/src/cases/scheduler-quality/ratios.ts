import type { Prepare } from '../../harness/benchmark.ts';
import { families, type Graph, graphsOf } from './graphs.ts';
import type { Policy } from './policies.ts';

/**
 * A contestant from a policy: its makespan over the optimum, or over the lower bound where that is
 * unknown. `isList` says that it waits for nothing but slots and dependencies.
 */
export function ratiosOf(policy: Policy, isList: boolean): Prepare {
  return ({ items, parameters }) => {
    const family = families[parameters['family'] as keyof typeof families];
    const graphs = graphsOf(family, items);
    const makespans: number[] = [];
    return {
      run: async () => {
        for (const graph of graphs) makespans.push(await policy(graph));
        const ratios = makespans.map((ms, index) => ms / bestOf(graphs[index] as Graph));
        const most = Math.max(...ratios);
        return { amount: ratios.reduce((sum, ratio) => sum + ratio, 0), figures: { most } };
      },
      check: () =>
        graphs.forEach((graph, index) => check(graph, makespans[index] as number, isList)),
    };
  };
}

function bestOf(graph: Graph): number {
  const { path, work } = bounds(graph);
  return graph.optimumMs ?? Math.max(path, work / graph.slots);
}

/** What leaves no slot idle while a task could start keeps to Graham's bound of 1966, whatever its order. */
function check(graph: Graph, makespanMs: number, isList: boolean): void {
  const { path, work } = bounds(graph);
  const least = graph.optimumMs ?? Math.max(path, work / graph.slots);
  const most = isList ? work / graph.slots + (1 - 1 / graph.slots) * path : Infinity;
  const isPossible = makespanMs >= least - 1e-6 && makespanMs <= most + 1e-6;
  if (!isPossible) throw new Error(`${makespanMs} ms is not between ${least} and ${most} ms`);
}

function bounds({ durationsMs, needs }: Graph): { path: number; work: number } {
  const ends: number[] = [];
  durationsMs.forEach((ms, task) => {
    const ready = (needs[task] ?? []).reduce(
      (latest, need) => Math.max(latest, ends[need] ?? 0),
      0,
    );
    ends.push(ready + ms);
  });
  const path = ends.reduce((latest, end) => Math.max(latest, end), 0);
  return { path, work: durationsMs.reduce((sum, ms) => sum + ms, 0) };
}
