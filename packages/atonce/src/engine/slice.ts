import type { Clock } from '../kernel/clock.ts';

/** For so long tasks that settle before they return may follow one another. */
const SLICE_MS = 10;

/** How long one turn of the event loop goes to tasks that settle at once; others give turns by themselves. */
export class Slice {
  private readonly clock: Clock;
  /** 0 before the first such task. */
  private endMs = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** A new turn begins. */
  begin(): void {
    this.endMs = 0;
  }

  /** Whether the event loop should have a turn; asked after each task that settled at once. */
  isOver(): boolean {
    const now = this.clock.now();
    if (this.endMs === 0) this.endMs = now + SLICE_MS;
    return now >= this.endMs;
  }
}
