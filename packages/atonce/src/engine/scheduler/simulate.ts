import { Heap } from '../../kernel/heap.ts';
import { Dispatcher } from './dispatcher.ts';
import type { SchedulerSettings } from './options.ts';
import type { Ranks } from './ranks.ts';
import type { Room, RoomAnswer } from './room.ts';
import type { SkipReason } from './skipped-error.ts';
import type { TaskGraph } from './task-graph.ts';

/** How a run would go if every task took as long as estimated and none failed. */
export interface Prediction {
  /** When each task starts, milliseconds; -1 for those that are skipped. */
  readonly startsMs: Float64Array;
  readonly makespanMs: number;
  /** Names of tasks that will not fit the token budget. */
  readonly unfit: readonly string[];
  /** Names of tasks that miss their deadline, or are skipped for it. */
  readonly late: readonly string[];
}

/** Plays the run through with the same dispatcher, on a clock that jumps from end to end. */
export function simulate(graph: TaskGraph, ranks: Ranks, settings: SchedulerSettings): Prediction {
  const startsMs = new Float64Array(graph.size).fill(-1);
  const endsMs = new Float64Array(graph.size);
  const room = new CountedRoom(settings);
  const skips: [task: number, reason: SkipReason][] = [];
  const owner = {
    skipped: (task: number, reason: SkipReason) => void skips.push([task, reason]),
    cancelled: () => false,
  };
  const dispatcher = new Dispatcher({ graph, ranks, settings, room, owner });
  const running = new Heap<number>(
    (a, b) => endsMs[a]! < endsMs[b]! || (endsMs[a] === endsMs[b] && a < b),
  );
  let now = 0;
  dispatcher.admit(now);
  for (;;) {
    for (let task = dispatcher.next(now); task !== -1; task = dispatcher.next(now)) {
      startsMs[task] = now;
      endsMs[task] = now + (ranks.estimates[task] as number);
      running.push(task);
    }
    const first = running.peek();
    if (first === undefined) break;
    now = endsMs[first] as number;
    // All that ends at this time, before anything starts.
    for (let task: number | undefined = first; task !== undefined && endsMs[task] === now;) {
      running.pop();
      room.leave(graph.pools[task] as number, dispatcher);
      dispatcher.giveBack(task);
      dispatcher.settle(task, true);
      task = running.peek();
    }
    dispatcher.spread(now);
  }
  const named = (tasks: readonly number[]): string[] =>
    tasks.map((task) => graph.names[task] as string);
  const unfit = skips.flatMap(([task, reason]) => (reason === 'tokens' ? [task] : []));
  const late = skips.flatMap(([task, reason]) => (reason === 'deadline' ? [task] : []));
  for (let task = 0; task < graph.size; task++)
    if (endsMs[task]! > dispatcher.deadlines[task]!) late.push(task);
  late.sort((a, b) => a - b);
  return { startsMs, makespanMs: now, unfit: named(unfit), late: named(late) };
}

/** The slots of pools and of a shared limit as if this run were alone with them. */
class CountedRoom implements Room {
  private readonly free: number[];

  constructor({ engine, pools }: SchedulerSettings) {
    const slots = [engine.limit?.concurrency ?? Infinity, ...pools.map((pool) => pool.concurrency)];
    // A limit that has none at this moment will not stay so.
    this.free = slots.map((count) => Math.max(1, count));
  }

  take(pool: number): RoomAnswer {
    const { free } = this;
    if (pool > 0 && (free[pool] as number) < 1) return 'pool-full';
    if ((free[0] as number) < 1) return 'full';
    if (pool > 0) free[pool]!--;
    free[0]!--;
    return 'taken';
  }

  leave(pool: number, dispatcher: Dispatcher): void {
    for (const each of pool === 0 ? [0] : [0, pool]) {
      this.free[each]!++;
      dispatcher.unblock(each);
    }
  }
}
