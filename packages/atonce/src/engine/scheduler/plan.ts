import { type CriticalPath, criticalPathOf, loadOf } from './bounds.ts';
import type { SchedulerSettings } from './options.ts';
import { Ranks } from './ranks.ts';
import { simulate } from './simulate.ts';
import type { TaskGraph } from './task-graph.ts';

/** What would happen, from the estimates alone. */
export interface SchedulePlan {
  /** What could run at the same time if there were slots for all. The run itself waits for no batch. */
  readonly batches: readonly (readonly string[])[];
  readonly criticalPath: CriticalPath;
  /** Times of all tasks, each times its weight, milliseconds. */
  readonly totalMs: number;
  /** Slots of `concurrency` that could be used at once. */
  readonly slots: number;
  /** No order is faster: the critical path, or all work over all slots, of the scheduler or of a pool. */
  readonly lowerBoundMs: number;
  /** How long the run takes in the order that the scheduler will choose, milliseconds. */
  readonly makespanMs: number;
  /** When each task starts and ends, in the order of starting. Without those that are skipped. */
  readonly starts: readonly PlannedStart[];
  readonly tokens: PlannedTokens;
  /** Tasks that will miss their deadline. */
  readonly late: readonly string[];
}

/** One task of a plan. */
export interface PlannedStart {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** How the estimates fit the token budget. */
export interface PlannedTokens {
  /** Infinity without a budget. */
  readonly budget: number;
  /** All estimates together. */
  readonly estimated: number;
  /** Tasks that will not fit, in the order in which they are refused. */
  readonly unfit: readonly string[];
}

/** Plans a linked graph. Takes nothing from pools and calls no task. */
export function planOf(graph: TaskGraph, settings: SchedulerSettings): SchedulePlan {
  const ranks = new Ranks(graph);
  ranks.extend();
  const { estimates } = ranks;
  const { startsMs, makespanMs, unfit, late } = simulate(graph, ranks, settings);
  const criticalPath = criticalPathOf(graph, estimates, graph.size);
  const slots = settings.engine.limit?.concurrency ?? settings.engine.width;
  const poolSlots = settings.pools.map((pool) => pool.concurrency);
  const load = loadOf(graph, estimates, graph.size, [slots, ...poolSlots]);
  const started = [...graph.order.subarray(0, graph.size)].filter((task) => startsMs[task] !== -1);
  started.sort((a, b) => (startsMs[a] as number) - (startsMs[b] as number));
  return {
    batches: batchesOf(graph),
    criticalPath,
    totalMs: load.totalMs,
    slots: load.slots,
    lowerBoundMs: Math.max(criticalPath.ms, load.leastMs),
    makespanMs,
    starts: started.map((task) => {
      const startMs = startsMs[task] as number;
      const endMs = startMs + (estimates[task] as number);
      return { name: graph.names[task] as string, startMs, endMs };
    }),
    tokens: {
      budget: settings.tokenBudget,
      estimated: graph.tokens.subarray(0, graph.size).reduce((sum, count) => sum + count, 0),
      unfit,
    },
    late,
  };
}

/** Tasks by the number of steps before them. */
function batchesOf(graph: TaskGraph): string[][] {
  const { order, needStarts, needs, names } = graph;
  const depths = new Int32Array(graph.size);
  const batches: string[][] = [];
  for (let place = 0; place < graph.size; place++) {
    const task = order[place] as number;
    const end = needStarts[task + 1] as number;
    let depth = 0;
    for (let at = needStarts[task] as number; at < end; at++)
      depth = Math.max(depth, (depths[needs[at] as number] as number) + 1);
    depths[task] = depth;
  }
  // In the order of adding, which the order of the graph need not keep.
  for (const [task, depth] of depths.entries()) (batches[depth] ??= []).push(names[task] as string);
  return batches;
}
