/** Plain computing: long items of 2.3 ms, tiny payload. */
export function items(count: number): number[] {
  return Array<number>(count).fill(25);
}

export function run(n: number): number {
  return n < 2 ? n : run(n - 1) + run(n - 2);
}
