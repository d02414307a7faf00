import type { Workload } from './workload.ts';

/** Items of two very different costs, mixed. */
export const workload: Workload<number> = {
  title: 'bimodal 0.1 and 2.5 ms x 160',
  items: () => Array.from({ length: 160 }, (_, index) => (index % 2 === 0 ? 60_000 : 1_500_000)),
  task: 'run',
};

export function run(steps: number): number {
  let state = 1;
  for (let step = 0; step < steps; step++)
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
  return state;
}
