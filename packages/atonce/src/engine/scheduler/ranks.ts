import { roomFor } from './columns.ts';
import type { TaskGraph } from './task-graph.ts';

/** Ranks raised for one addition at most, so that adding to a long chain bit by bit stays cheap. */
const MOST_RAISED = 1_000;

/**
 * How long each task takes, and its upward rank: how long it is from its start to the end of the
 * longest way that begins with it. Among tasks that could start the one with the longest way goes
 * first (HLFET, Adam, Chandy and Dickson 1974), which is the order known to work best.
 */
export class Ranks {
  /** Milliseconds a task is expected to take. */
  estimates: Float64Array = new Float64Array(0);
  ranks: Float64Array = new Float64Array(0);
  /** Tasks that are ranked. */
  private ranked = 0;
  private readonly graph: TaskGraph;

  constructor(graph: TaskGraph) {
    this.graph = graph;
  }

  /** Ranks the tasks that were linked since the last time, and raises those that these make longer. */
  extend(): void {
    const { graph, ranked: first } = this;
    const { typicalMs, knownMs, order, size } = graph;
    this.estimates = roomFor(this.estimates, size);
    this.ranks = roomFor(this.ranks, size);
    this.ranked = size;
    const { estimates, ranks } = this;
    for (let task = first; task < size; task++) {
      const known = knownMs[task] as number;
      estimates[task] = known < 0 ? typicalMs : known;
    }
    for (let at = size - 1; at >= first; at--) {
      const task = order[at] as number;
      ranks[task] = (estimates[task] as number) + this.longestAfter(task);
    }
    if (first > 0) this.raiseBefore(first);
  }

  private longestAfter(task: number): number {
    const { ranks, graph } = this;
    const { firstNeeder, nextNeeder, needers } = graph;
    let longest = 0;
    for (let at = firstNeeder[task] as number; at !== -1; at = nextNeeder[at] as number) {
      const rank = ranks[needers[at] as number] as number;
      if (rank > longest) longest = rank;
    }
    return longest;
  }

  private raiseBefore(first: number): void {
    const { graph, estimates, ranks } = this;
    const { needStarts, needs } = graph;
    const raised: number[] = [];
    for (let task = first; task < graph.size; task++) raised.push(task);
    for (let next = 0; next < raised.length && next < graph.size - first + MOST_RAISED; next++) {
      const task = raised[next] as number;
      const end = needStarts[task + 1] as number;
      for (let at = needStarts[task] as number; at < end; at++) {
        const need = needs[at] as number;
        const rank = (estimates[need] as number) + (ranks[task] as number);
        if (need >= first || rank <= (ranks[need] as number)) continue;
        ranks[need] = rank;
        raised.push(need);
      }
    }
  }
}
