import type { Attempt } from '../engine/runner.ts';
import type { ExitTrap } from './exit-trap.ts';
import type { LaneContext } from './lane-context.ts';
import type { LaneRecord } from './lane-record.ts';
import type { LoadedTask } from './load-task.ts';

/** An item that has begun on the calling thread, and whose promise has not settled. */
export interface PendingItem {
  readonly entry: Attempt<unknown>;
  readonly context: LaneContext;
  readonly promise: PromiseLike<unknown>;
}

/** What strides share with the lane whose items they run. */
export interface StrideHost {
  readonly trap: ExitTrap;
  readonly record: LaneRecord;
  /** Nothing more may begin. */
  readonly isStopped: boolean;
}

/** Runs items one after another between two looks at the clock. */
export interface Stride {
  /** Runs at most so many items, until one has not settled; gives how many have. */
  run(task: LoadedTask, most: number): number;
  /** Tells what became of them, which took so long each; gives the item that has not settled. */
  tell(eachMs: number): PendingItem | undefined;
}
