import { spin } from './spin.ts';

const STEPS = 5_000_000;
const TRIES = 9;

/** How long one step takes on this machine when nothing disturbs it: the best of some tries. */
export function calibrateSpin(): { readonly nsPerStep: number } {
  let best = Infinity;
  for (let tries = 0; tries < TRIES; tries++) {
    const started = performance.now();
    spin(STEPS + tries);
    best = Math.min(best, performance.now() - started);
  }
  return { nsPerStep: (best * 1e6) / STEPS };
}
