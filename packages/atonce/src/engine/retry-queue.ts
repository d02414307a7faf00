import type { Clock } from '../kernel/clock.ts';
import { Heap } from '../kernel/heap.ts';
import type { Job } from './job.ts';

/** While so many items wait for their next try, no new ones are taken: memory stays bounded when everything fails. */
const MOST_WAITING = 4_096;

/** Failed jobs between two attempts, ordered by when the next one is due. They hold no slot. */
export class RetryQueue<T> {
  readonly #heap = new Heap<Job<T>>(
    (a, b) => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.index < b.index),
  );
  readonly #clock: Clock;
  readonly #due: () => void;
  #cancelTimer: (() => void) | null = null;

  /** @param due - Called when a job has become due; it is then to be taken with `take`. */
  constructor(clock: Clock, due: () => void) {
    this.#clock = clock;
    this.#due = due;
  }

  get size(): number {
    return this.#heap.size;
  }

  get full(): boolean {
    return this.#heap.size >= MOST_WAITING;
  }

  /** Whether a job may be tried again now. */
  get isDue(): boolean {
    const first = this.#heap.peek();
    return first !== undefined && first.dueMs <= this.#clock.now();
  }

  add(job: Job<T>, delayMs: number): void {
    job.dueMs = this.#clock.now() + delayMs;
    this.#heap.push(job);
    this.#arm();
  }

  /** The job that is due longest, if any is. */
  take(): Job<T> | null {
    if (!this.isDue) return null;
    const first = this.#heap.pop() as Job<T>;
    this.#arm();
    return first;
  }

  /** Empties the queue in order, one at a time, so that `size` is right for each. */
  *drain(): Generator<Job<T>> {
    this.#disarm();
    for (let job = this.#heap.pop(); job !== undefined; job = this.#heap.pop()) yield job;
  }

  /** Only what is not due yet needs a timer: what is due is taken as soon as there is room. */
  #arm(): void {
    this.#disarm();
    const first = this.#heap.peek();
    if (first === undefined) return;
    const delayMs = first.dueMs - this.#clock.now();
    if (delayMs <= 0) return this.#due();
    this.#cancelTimer = this.#clock.after(delayMs, () => {
      this.#cancelTimer = null;
      this.#due();
      this.#arm();
    });
  }

  #disarm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }
}
