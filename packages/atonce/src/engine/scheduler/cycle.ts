import { cycleError } from './graph-error.ts';
import type { TaskGraph } from './task-graph.ts';

/**
 * Puts the tasks that are not linked yet into the graph's order, each after all it needs (Kahn 1962).
 * Nothing here or elsewhere recurses over the graph: chains may be longer than the stack.
 *
 * @throws GraphError naming a cycle.
 */
export function appendOrder(graph: TaskGraph): void {
  const { linked: first, size, order, needStarts, needs, needers, firstNeeder, nextNeeder } = graph;
  const missing = new Int32Array(size - first);
  let ordered = first;
  for (let task = first; task < size; task++) {
    const end = needStarts[task + 1] as number;
    let count = 0;
    for (let at = needStarts[task] as number; at < end; at++)
      if ((needs[at] as number) >= first) count++;
    missing[task - first] = count;
    if (count === 0) order[ordered++] = task;
  }
  for (let next = first; next < ordered; next++) {
    let at = firstNeeder[order[next] as number] as number;
    for (; at !== -1; at = nextNeeder[at] as number) {
      const task = needers[at] as number;
      if (--missing[task - first]! === 0) order[ordered++] = task;
    }
  }
  if (ordered < size) throw cycleError(findCycle(graph, missing));
}

/** Whatever is still missing something needs a task that is missing something too: going on from need to need must come round. */
function findCycle(graph: TaskGraph, missing: Int32Array): string[] {
  const { linked: first, needStarts, needs, names } = graph;
  const placeOnPath = new Map<number, number>();
  const path: number[] = [];
  let task = first + missing.findIndex((count) => count > 0);
  while (!placeOnPath.has(task)) {
    placeOnPath.set(task, path.push(task) - 1);
    let at = needStarts[task] as number;
    while (!((needs[at] as number) >= first && missing[(needs[at] as number) - first]! > 0)) at++;
    task = needs[at] as number;
  }
  return path.slice(placeOnPath.get(task)).map((each) => names[each] as string);
}
