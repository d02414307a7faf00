import type { Setting } from '../harness/benchmark.ts';
import { seededRandom } from 'atonce';
import { spin } from './spin.ts';

/** Lengths differ a little, so that values differ and one is not taken for another. */
const VARIANTS = 16;

/**
 * The items of a setting: numbers of steps that take its `microseconds`. Of `heavyPercent` of them,
 * scattered by a fixed seed, each takes `heavyFactor` times as long.
 */
export function spinItems({ items, parameters, calibration }: Setting): number[] {
  const { microseconds = 0, heavyPercent = 0, heavyFactor = 1 } = parameters;
  const steps = Math.round((Number(microseconds) * 1000) / (calibration['nsPerStep'] ?? 1));
  const random = seededRandom(7);
  return Array.from({ length: items }, (_, index) => {
    const heavy = Number(heavyPercent) > 0 && random() * 100 < Number(heavyPercent);
    return (heavy ? steps * Number(heavyFactor) : steps) + (index % VARIANTS);
  });
}

/** @throws when a value is not the one that its item gives. */
export function checkSpin(items: readonly number[], values: readonly number[] | undefined): void {
  if (values?.length !== items.length)
    throw new Error(`${values?.length} values for ${items.length} items`);
  const expected = new Map<number, number>();
  items.forEach((item, index) => {
    if (!expected.has(item)) expected.set(item, spin(item));
    if (values[index] !== expected.get(item)) throw new Error(`wrong value at ${index}`);
  });
}
