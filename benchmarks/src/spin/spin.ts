/**
 * Work of a chosen length that nothing can shorten: steps of a linear congruential generator, each
 * of which needs the one before it. Its value tells whether all of them were done.
 */
export function spin(steps: number): number {
  let state = steps | 0;
  for (let step = 0; step < steps; step++)
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
  return state;
}
