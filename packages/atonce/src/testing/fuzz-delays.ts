import { setImmediate } from 'node:timers';
import { checkInteger } from '../kernel/checks.ts';
import { seededRandom } from '../kernel/random.ts';

/** How `fuzzDelays` delays. */
export interface FuzzDelaysOptions {
  /**
   * Most turns of the event loop that one delay takes; one in so many takes none at all.
   *
   * @defaultValue 5
   */
  readonly maxTurns?: number;
}

/**
 * Makes a `delay()` that takes a random number of turns of the event loop, the same numbers for
 * the same seed. Awaited inside tasks it shakes the order in which they go on; put the seed in the
 * message of what fails.
 */
export function fuzzDelays(seed: number, options: FuzzDelaysOptions = {}): () => Promise<void> {
  const { maxTurns = 5 } = options;
  checkInteger('seed', seed, { min: 0, max: 2 ** 32 - 1 });
  checkInteger('maxTurns', maxTurns, { min: 1 });
  const random = seededRandom(seed);
  return async () => {
    for (let turns = Math.floor(random() * (maxTurns + 1)); turns > 0; turns--) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  };
}
