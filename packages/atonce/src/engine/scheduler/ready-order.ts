import { roomFor } from './columns.ts';
import type { TaskGraph } from './task-graph.ts';

/**
 * Who goes first among the tasks that could start. Columns by task number, shared by all queues.
 *
 * Within one priority: what was added an ageing step earlier, then the longest way to the end, then
 * what was added first. Across priorities the more urgent, unless the other became ready so many
 * ageing steps earlier as it is priorities behind. So whatever is ready is passed by a bounded set
 * of tasks only: those added or ready before a time that its own readiness sets.
 */
export class ReadyOrder {
  /** Length of the way to the end, as it was when the task became ready: heaps need keys that stay. */
  ranks: Float64Array = new Float64Array(0);
  /** -1 for what was never ready. */
  readyAtMs: Float64Array = new Float64Array(0);
  /** In which ageing step the task was added. */
  steps: Float64Array = new Float64Array(0);
  /** The queue a task is in, or -1. */
  places: Int32Array = new Int32Array(0);
  /** Neighbours in the order of becoming ready, or -1. */
  next: Int32Array = new Int32Array(0);
  previous: Int32Array = new Int32Array(0);
  private readonly graph: TaskGraph;
  private readonly ageingMs: number;

  constructor(graph: TaskGraph, ageingMs: number) {
    this.graph = graph;
    this.ageingMs = ageingMs;
  }

  /** Makes room for the tasks from number `first` up to `size`, added at that time. */
  extend(first: number, size: number, now: number): void {
    this.ranks = roomFor(this.ranks, size);
    this.readyAtMs = roomFor(this.readyAtMs, size).fill(-1, first, size);
    this.steps = roomFor(this.steps, size).fill(Math.floor(now / this.ageingMs), first, size);
    this.places = roomFor(this.places, size).fill(-1, first, size);
    this.next = roomFor(this.next, size);
    this.previous = roomFor(this.previous, size);
  }

  get levels(): Uint8Array {
    return this.graph.levels;
  }

  /** When the task became ready, or undefined. */
  readySince(task: number): number | undefined {
    const since = this.readyAtMs[task] as number;
    return since === -1 ? undefined : since;
  }

  /** Order within one priority. A function of its own, for heaps. */
  readonly outranks = (a: number, b: number): boolean => {
    const stepA = this.steps[a] as number;
    const stepB = this.steps[b] as number;
    if (stepA !== stepB) return stepA < stepB;
    const rankA = this.ranks[a] as number;
    const rankB = this.ranks[b] as number;
    return rankA > rankB || (rankA === rankB && a < b);
  };

  /** Order of any two tasks. */
  goesBefore(a: number, b: number): boolean {
    const { levels } = this.graph;
    const lead = (levels[b] as number) - (levels[a] as number);
    if (lead === 0) return this.outranks(a, b);
    if (lead < 0) return !this.goesBefore(b, a);
    return (this.readyAtMs[a] as number) - (this.readyAtMs[b] as number) < lead * this.ageingMs;
  }
}
