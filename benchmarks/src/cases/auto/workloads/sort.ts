/** An array of 10,000 numbers copied in and out, and comparisons. */
export function items(count: number): number[][] {
  return Array.from({ length: count }, (_, seed) =>
    Array.from({ length: 10_000 }, (_unused, index) => ((index + seed) * 7919) % 10_007),
  );
}

export function run(numbers: number[]): number[] {
  return [...numbers].sort((a, b) => a - b);
}
