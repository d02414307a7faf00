import { onAbort } from '../../kernel/on-abort.ts';
import type { TaskGraph } from './task-graph.ts';

/** Listens to the signals that tasks have of their own, for as long as the tasks are not over. */
export class TaskSignals {
  private readonly aborted: (task: number, reason: unknown) => void;
  private readonly withdrawals = new Map<number, () => void>();
  /** How many of the graph's tasks with a signal were looked at. */
  private seen = 0;

  constructor(aborted: (task: number, reason: unknown) => void) {
    this.aborted = aborted;
  }

  /** Listens for those of the tasks that are not listened for yet. */
  watch({ signalled, tasks }: TaskGraph): void {
    for (; this.seen < signalled.length; this.seen++) {
      const task = signalled[this.seen] as number;
      const signal = tasks[task]?.signal;
      if (signal?.aborted === true) this.aborted(task, signal.reason);
      else if (signal !== undefined) this.listen(task, signal);
    }
  }

  unwatch(task: number): void {
    if (this.withdrawals.size === 0) return;
    this.withdrawals.get(task)?.();
    this.withdrawals.delete(task);
  }

  private listen(task: number, signal: AbortSignal): void {
    const withdraw = onAbort(signal, () => this.aborted(task, signal.reason));
    this.withdrawals.set(task, withdraw);
  }
}
