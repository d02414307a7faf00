import type { Workload } from './workload.ts';

/** An array of numbers copied in and out, and comparisons. */
export const workload: Workload<number[]> = {
  title: 'sort 10,000 numbers x 200',
  items,
  task: 'run',
};

function items(): number[][] {
  return Array.from({ length: 200 }, (_, seed) =>
    Array.from({ length: 10_000 }, (_unused, index) => ((index + seed) * 7919) % 10_007),
  );
}

export function run(numbers: number[]): number[] {
  return [...numbers].sort((a, b) => a - b);
}
