import type { TaskGraph } from './task-graph.ts';

/** The longest way through the graph: no number of slots can make a run shorter. */
export interface CriticalPath {
  /** The tasks on it, first to last. */
  readonly names: readonly string[];
  /** Their times together, milliseconds. */
  readonly ms: number;
}

/**
 * The longest way through the first `size` tasks, when they take `durations`.
 *
 * @param overAtMs - When each was over, for tasks that really ran: one that was skipped or cancelled has not
 * waited for all that it needs.
 */
export function criticalPathOf(
  graph: TaskGraph,
  durations: Float64Array,
  size: number,
  overAtMs?: Float64Array,
): CriticalPath {
  const { order, needStarts, needs, names } = graph;
  const ends = new Float64Array(size);
  const before = new Int32Array(size).fill(-1);
  let last = -1;
  for (let place = 0; place < size; place++) {
    const task = order[place] as number;
    const end = needStarts[task + 1] as number;
    let latest = 0;
    for (let at = needStarts[task] as number; at < end; at++) {
      const need = needs[at] as number;
      const needEnds = ends[need] as number;
      if (overAtMs !== undefined && overAtMs[need]! > overAtMs[task]!) continue;
      if (before[task] !== -1 && needEnds <= latest) continue;
      latest = needEnds;
      before[task] = need;
    }
    ends[task] = latest + (durations[task] as number);
    if (last === -1 || (ends[task] as number) > (ends[last] as number)) last = task;
  }
  const path: string[] = [];
  for (let task = last; task !== -1; task = before[task] as number)
    path.push(names[task] as string);
  return { names: path.reverse(), ms: last === -1 ? 0 : (ends[last] as number) };
}

/** How much there is to do and how many slots there are for it, in all and in each pool. */
export interface Load {
  /** Times of all tasks, each times its weight, milliseconds. */
  readonly totalMs: number;
  /** Slots that could be used at once. */
  readonly slots: number;
  /** No run is shorter than its slots allow, milliseconds. */
  readonly leastMs: number;
}

/** The load of the first `size` tasks; `slots` are those of the scheduler and then of each pool. */
export function loadOf(
  graph: TaskGraph,
  durations: Float64Array,
  size: number,
  [slots = Infinity, ...poolSlots]: readonly number[],
): Load {
  const poolMs = poolSlots.map(() => 0);
  let totalMs = 0;
  let totalWeight = 0;
  for (let task = 0; task < size; task++) {
    const weight = graph.weights[task] as number;
    const pool = graph.pools[task] as number;
    totalMs += (durations[task] as number) * weight;
    totalWeight += weight;
    if (pool > 0) poolMs[pool - 1]! += durations[task] as number;
  }
  const used = Math.max(1, Math.min(slots, totalWeight));
  const poolLeast = poolMs.map((ms, index) => ms / Math.max(1, poolSlots[index] as number));
  return { totalMs, slots: used, leastMs: Math.max(totalMs / used, ...poolLeast) };
}
