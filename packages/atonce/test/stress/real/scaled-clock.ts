import { type Clock, systemClock } from '../../../src/kernel/clock.ts';

/** The clock of the machine, running so many times as fast. */
export function scaledClock(speed: number): Clock {
  return {
    now: () => systemClock.now() * speed,
    epoch: () => systemClock.epoch() * speed,
    after: (ms, callback) => systemClock.after(ms / speed, callback),
  };
}
