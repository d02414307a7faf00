import type { Clock } from '../../kernel/clock.ts';

/** Smallest step between two stamps, milliseconds; a power of two, so that adding it to a wall clock is exact. */
const STEP_MS = 2 ** -10;

const known = new WeakMap<Clock, Stamps>();

/** The stamps by a clock: one series for all caches that go by it, since they may share a store. */
export function stampsBy(clock: Clock): Stamps {
  const stamps = known.get(clock) ?? new Stamps(clock);
  known.set(clock, stamps);
  return stamps;
}

/**
 * Times that tell what began before an invalidation from what began after it, also between
 * processes: the wall clock, made strictly increasing within this one.
 */
export class Stamps {
  private readonly clock: Clock;
  private last = -Infinity;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** For something that begins now. */
  next(): number {
    return (this.last = Math.max(Math.floor(this.clock.epoch()), this.last + STEP_MS));
  }

  /**
   * For an invalidation: not before anything that another process has begun within this millisecond,
   * and before everything that begins here afterwards.
   */
  mark(): number {
    const end = Math.floor(this.clock.epoch()) + 1 - STEP_MS;
    return (this.last = Math.max(end, this.last + STEP_MS));
  }
}
