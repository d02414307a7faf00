import type { Limit, SlotResult } from '../../../src/engine/limits/limit.ts';
import { fixedLimit } from '../../../src/engine/limits/fixed-limit.ts';

/** A limit that writes down how it was used. */
export interface CountingLimit extends Limit {
  readonly acquired: number;
  readonly released: readonly (readonly [SlotResult, number])[];
  readonly most: number;
}

export function countingLimit(concurrency: number): CountingLimit {
  const sound = fixedLimit(concurrency);
  const released: (readonly [SlotResult, number])[] = [];
  let acquired = 0;
  let most = 0;
  return {
    concurrency,
    get inFlight() {
      return sound.inFlight;
    },
    get acquired() {
      return acquired;
    },
    get most() {
      return most;
    },
    released,
    tryAcquire() {
      if (!sound.tryAcquire()) return false;
      acquired++;
      most = Math.max(most, sound.inFlight);
      return true;
    },
    release(result, durationMs) {
      released.push([result, durationMs]);
      sound.release(result, durationMs);
    },
    whenFree: (listener) => sound.whenFree(listener),
  };
}
