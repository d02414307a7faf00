import type { Clock } from '../../../src/kernel/clock.ts';

/** A clock that can stand still and then find itself much later, as after a stopped process. */
export interface JumpClock extends Clock {
  /** Lets all time pass at once; timers that became due fire only now, late. */
  jump(ms: number): void;
}

export function jumpClock(): JumpClock {
  let now = 0;
  const timers = new Set<{ at: number; callback: () => void }>();
  return {
    now: () => now,
    epoch: () => now,
    after(ms, callback) {
      const timer = { at: now + ms, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    jump(ms) {
      now += ms;
      const due = [...timers].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
      for (const timer of due) {
        if (timers.delete(timer)) timer.callback();
      }
    },
  };
}
