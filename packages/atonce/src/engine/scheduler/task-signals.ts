import { onAbort } from '../../kernel/on-abort.ts';
import type { TaskGraph } from './task-graph.ts';

/** Listens to the signals that tasks have of their own, for as long as the tasks are not over. */
export class TaskSignals {
  private readonly graph: TaskGraph;
  private readonly isOver: (task: number) => boolean;
  private readonly aborted: (task: number, reason: unknown) => void;
  private readonly withdrawals = new Map<number, () => void>();
  /** How many of the graph's tasks with a signal were looked at. */
  private seen = 0;

  constructor(
    graph: TaskGraph,
    isOver: (task: number) => boolean,
    aborted: (task: number, reason: unknown) => void,
  ) {
    this.graph = graph;
    this.isOver = isOver;
    this.aborted = aborted;
  }

  /** Listens for those of the tasks that are not listened for yet. */
  watch(): void {
    const { signalled, tasks } = this.graph;
    while (this.seen < signalled.length) {
      // Counted first: whoever is told of a cancelled task may add others, and so come here again.
      const task = signalled[this.seen++] as number;
      // It may have been skipped in the meantime, and nobody would stop listening.
      if (this.isOver(task)) continue;
      const signal = tasks[task]?.signal;
      if (signal?.aborted === true) this.aborted(task, signal.reason);
      else if (signal !== undefined) this.listen(task, signal);
    }
  }

  /** Why a task was cancelled by its signal, whether or not that was told yet; null when it was not. */
  abortOf(task: number): { readonly error: unknown } | null {
    const { signalled, tasks } = this.graph;
    if (signalled.length === 0) return null;
    const signal = tasks[task]?.signal;
    return signal?.aborted === true ? { error: signal.reason } : null;
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
