/** Items of two very different costs, 0.1 and 2.5 ms, mixed. */
export function items(count: number): number[] {
  return Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 60_000 : 1_500_000));
}

export { spin as run } from '../../../spin/spin.ts';
