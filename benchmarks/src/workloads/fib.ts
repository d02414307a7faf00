import type { Workload } from './workload.ts';

/** Plain computing: long items, tiny payload. */
export const workload: Workload<number> = {
  title: 'fib, 2.3 ms x 120',
  items: () => Array(120).fill(25),
  task: 'run',
};

export function run(n: number): number {
  return n < 2 ? n : run(n - 1) + run(n - 2);
}
