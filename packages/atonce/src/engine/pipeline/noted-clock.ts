import type { Clock } from '../../kernel/clock.ts';

/**
 * A clock that keeps what it told last. Runs read it when attempts begin and end, so what happens right
 * then can do with the time they noted: reading the clock anew for each count would cost a fifth of a
 * pipeline's own work.
 */
export class NotedClock implements Clock {
  /** What `now` told last. */
  notedMs = 0;
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  now(): number {
    this.notedMs = this.clock.now();
    return this.notedMs;
  }

  /** Pipelines tell no wall-clock times, so nobody needs to look. */
  epoch(): number {
    return 0;
  }

  after(ms: number, callback: () => void): () => void {
    return this.clock.after(ms, callback);
  }
}
