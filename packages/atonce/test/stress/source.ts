import type { Items } from '../../src/engine/source.ts';
import type { Operation } from './operation.ts';

/** Items 0, 1, 2 … in any shape there is. */
export interface DrawnSource {
  readonly items: Items<number>;
  /** How many there are, unless it throws. */
  readonly count: number;
  /** Whether it throws before its end. */
  readonly throws: boolean;
  /** What is wrong with how it was read, once the run is over. */
  fault(): string | null;
}

const shapes = ['array', 'set', 'iterator', 'generator', 'throwing', 'async', 'stalling'] as const;

/** @param mayStall - Whether something is sure to end the run, so that its items need not. */
export function drawSource(operation: Operation, mayStall: boolean): DrawnSource {
  const { draw, world } = operation;
  const count = draw.chance(0.05) ? 0 : draw.whole(1, 10);
  const numbers = Array.from({ length: count }, (_, index) => index);
  const shape = draw.pick(shapes);
  const plain = { count, throws: false, fault: () => null };
  switch (shape) {
    case 'array':
      return { ...plain, items: numbers };
    case 'set':
      return { ...plain, items: new Set(numbers) };
    case 'iterator':
      return { ...plain, items: numbers[Symbol.iterator]() };
    case 'generator':
    case 'throwing':
      return generated(operation, numbers, shape === 'throwing');
    default: {
      const throws = draw.chance(0.2);
      const stalls = shape === 'stalling' && mayStall;
      const items = (async function* () {
        for (const number of numbers) {
          if (draw.chance(0.3)) await world.sleep(draw.ms(3_000));
          yield number;
        }
        if (stalls) await new Promise(() => undefined);
        if (throws) throw operation.failure();
      })();
      return { ...plain, items, throws: throws || stalls };
    }
  }
}

/** A generator that notices whether it was closed. */
function generated(operation: Operation, numbers: number[], throws: boolean): DrawnSource {
  let isOpen = false;
  const items = (function* () {
    isOpen = true;
    try {
      yield* numbers;
      if (throws) throw operation.failure();
    } finally {
      isOpen = false;
    }
  })();
  const fault = (): string | null => (isOpen ? 'its generator was not closed' : null);
  return { items, count: numbers.length, throws, fault };
}
