/** Longest time between two looks at the clock. */
const SLICE_MS = 1_000;

/** A look that comes this much too late means that the machine, or this process, was stopped meanwhile. */
const ASLEEP_MS = 5_000;

/**
 * Calls back after `ms` in which this process was awake, so that a laptop that slept, or a program
 * that was suspended, does not find that everything has timed out. The returned function cancels it.
 */
export function wakingTimer(ms: number, callback: () => void): () => void {
  let restMs = ms;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const sliceMs = Math.min(restMs, SLICE_MS);
    const armedAt = performance.now();
    timer = setTimeout(() => {
      const passedMs = performance.now() - armedAt;
      restMs -= passedMs > sliceMs + ASLEEP_MS ? sliceMs : passedMs;
      // A timer may come a fraction of a millisecond early.
      if (restMs < 1) callback();
      else arm();
    }, sliceMs);
  };
  arm();
  return () => clearTimeout(timer);
}
