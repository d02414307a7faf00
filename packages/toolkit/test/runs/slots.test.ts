import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Slots } from '../../src/runs/slots.ts';

describe('slots', () => {
  it('are always the lowest free number from 1', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 })), (choices) => {
        const slots = new Slots();
        const taken = new Set<number>();
        for (const choice of choices) {
          const victim = [...taken][choice];
          if (victim === undefined) {
            let lowest = 1;
            while (taken.has(lowest)) lowest++;
            expect(slots.take()).toBe(lowest);
            taken.add(lowest);
          } else {
            slots.release(victim);
            taken.delete(victim);
          }
        }
      }),
    );
  });
});
