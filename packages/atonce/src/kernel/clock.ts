/**
 * Where the engine takes time from. `now` never goes backwards (it ignores changes of the wall
 * clock); `epoch` is the wall clock, for people and records only.
 */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary origin. */
  now(): number;
  /** Wall-clock milliseconds since 1970. */
  epoch(): number;
  /** Calls `callback` once after at least `ms`; the returned function cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/** The longest delay a runtime timer takes; above it `setTimeout` fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  epoch: () => Date.now(),
  after(ms, callback) {
    let rest = ms;
    const arm = (): ReturnType<typeof setTimeout> => {
      // Runtime timers cut fractions off and would fire too early.
      const step = Math.min(Math.ceil(rest), LONGEST_TIMER_MS);
      rest -= step;
      return setTimeout(() => {
        if (rest > 0) timer = arm();
        else callback();
      }, step);
    };
    let timer = arm();
    return () => clearTimeout(timer);
  },
};
