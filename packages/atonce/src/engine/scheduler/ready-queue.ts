import { Heap } from '../../kernel/heap.ts';
import { LEVELS } from '../priority.ts';
import type { ReadyOrder } from './ready-order.ts';

/**
 * Tasks that could start and need the same pool. For each priority a heap by rank and a list by age:
 * the candidate is the best of the most urgent priority, unless the oldest of another has aged
 * enough to pass it. A task taken for its age leaves its heap when it comes up there.
 */
export class ReadyQueue {
  size = 0;
  /** Nothing of it can start before something is given back. */
  blocked = false;
  /** Identifies it in the order's `places`. */
  private readonly place: number;
  private readonly order: ReadyOrder;
  private readonly heaps: readonly Heap<number>[];
  private readonly oldest: number[] = new Array<number>(LEVELS).fill(-1);
  private readonly newest: number[] = new Array<number>(LEVELS).fill(-1);

  constructor(place: number, order: ReadyOrder) {
    this.place = place;
    this.order = order;
    this.heaps = Array.from({ length: LEVELS }, () => new Heap<number>(order.outranks));
  }

  push(task: number): void {
    const { levels, places, next, previous } = this.order;
    const level = levels[task] as number;
    const last = this.newest[level] as number;
    places[task] = this.place;
    previous[task] = last;
    next[task] = -1;
    if (last === -1) this.oldest[level] = task;
    else next[last] = task;
    this.newest[level] = task;
    (this.heaps[level] as Heap<number>).push(task);
    this.size++;
  }

  /** The task to start first, or -1 when it is empty. */
  peek(): number {
    let best = -1;
    for (let level = 0; level < LEVELS; level++) {
      const oldest = this.oldest[level] as number;
      if (oldest === -1) continue;
      if (best === -1) best = this.top(level);
      else if (this.order.goesBefore(oldest, best)) best = oldest;
    }
    return best;
  }

  remove(task: number): void {
    const { levels, places, next, previous } = this.order;
    const level = levels[task] as number;
    const [before, after] = [previous[task] as number, next[task] as number];
    if (before === -1) this.oldest[level] = after;
    else next[before] = after;
    if (after === -1) this.newest[level] = before;
    else previous[after] = before;
    places[task] = -1;
    this.size--;
    const heap = this.heaps[level] as Heap<number>;
    if (heap.peek() === task) heap.pop();
  }

  /** Only asked of a level that has a task. */
  private top(level: number): number {
    const { places } = this.order;
    const heap = this.heaps[level] as Heap<number>;
    for (;;) {
      const task = heap.peek() as number;
      if (places[task] === this.place) return task;
      heap.pop();
    }
  }
}
