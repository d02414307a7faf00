import type { Clock } from '../../../src/kernel/clock.ts';

/** A clock that knows which of the timers set on it are still to fire. */
export class WatchedClock implements Clock {
  /** Timers that neither fired nor were cancelled. */
  pending = 0;
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  now(): number {
    return this.clock.now();
  }

  epoch(): number {
    return this.clock.epoch();
  }

  after(ms: number, callback: () => void): () => void {
    let isSet = true;
    const done = (): void => {
      if (isSet) this.pending--;
      isSet = false;
    };
    this.pending++;
    const cancel = this.clock.after(ms, () => {
      done();
      callback();
    });
    return () => {
      done();
      cancel();
    };
  }
}
