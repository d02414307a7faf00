import { loadPeer } from '../../harness/peers.ts';
import { CONCURRENCY, type RunGraph } from './layers.ts';

export async function pGraph(): Promise<RunGraph> {
  const { PGraph } = await loadPeer<{
    PGraph: new (
      nodes: Map<string, { run(): Promise<unknown> }>,
      dependencies: [string, string][],
    ) => { run(options: object): Promise<unknown> };
  }>('p-graph');
  return (nodes, work) => {
    const named = new Map(nodes.map(({ index, name }) => [name, { run: () => work(index) }]));
    const edges = nodes.flatMap(({ name, dependsOn }) =>
      dependsOn.map((need): [string, string] => [need, name]),
    );
    return new PGraph(named, edges).run({ concurrency: CONCURRENCY });
  };
}

/** Bounds by its own second argument. */
export async function asyncAuto(): Promise<RunGraph> {
  const { default: async } = await loadPeer<{
    default: { auto(tasks: object, concurrency: number): Promise<unknown> };
  }>('async');
  return (nodes, work) => {
    const tasks = Object.fromEntries(
      nodes.map(({ index, name, dependsOn }) => [name, [...dependsOn, async () => work(index)]]),
    );
    return async.auto(tasks, CONCURRENCY);
  };
}

/** Sorts, but runs nothing itself: each task awaits the promises of what it needs, without a bound. */
export async function dependencyGraph(): Promise<RunGraph> {
  const { DepGraph } = await loadPeer<{
    DepGraph: new () => {
      addNode(name: string, data: number): void;
      addDependency(from: string, to: string): void;
      overallOrder(): string[];
      getNodeData(name: string): number;
      directDependenciesOf(name: string): string[];
    };
  }>('dependency-graph');
  return async (nodes, work) => {
    const graph = new DepGraph();
    for (const { index, name } of nodes) graph.addNode(name, index);
    for (const { name, dependsOn } of nodes)
      for (const need of dependsOn) graph.addDependency(name, need);
    const promises = new Map<string, Promise<number>>();
    for (const name of graph.overallOrder()) {
      const needs = graph
        .directDependenciesOf(name)
        .map((need) => promises.get(need) as Promise<number>);
      promises.set(
        name,
        Promise.all(needs).then(() => work(graph.getNodeData(name))),
      );
    }
    return Promise.all(promises.values());
  };
}
