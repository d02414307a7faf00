import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PipelineOutcome } from '../../../src/engine/pipeline/outcome.ts';
import { type Place, Places } from '../../../src/engine/pipeline/places.ts';

function outcome(value: number): PipelineOutcome<number> {
  return { ok: true, value, inputs: [value], elapsedMs: 0 };
}

test('whatever the order of settling, closing and inserting, outcomes come in the order of their places', () => {
  const step = fc.record({
    act: fc.constantFrom('open', 'insert', 'settle', 'close'),
    at: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const delivered: number[] = [];
      const places = new Places((one) => delivered.push(one.ok ? (one.value as number) : NaN));
      /** The model: a plain array of what has a place, in order. */
      let model: { place: Place; id: number; state: 'open' | 'settled' }[] = [];
      const expected: number[] = [];
      let next = 0;
      for (const { act, at } of steps) {
        const open = model.filter(({ state }) => state === 'open');
        const one = open[at % Math.max(1, open.length)];
        if (act === 'open') model.push({ place: places.open(), id: next++, state: 'open' });
        else if (one === undefined) continue;
        else if (act === 'insert') {
          const place = places.openBefore(one.place);
          model.splice(model.indexOf(one), 0, { place, id: next++, state: 'open' });
        } else if (act === 'settle') {
          one.state = 'settled';
          places.settle(one.place, outcome(one.id));
        } else {
          model = model.filter((other) => other !== one);
          places.close(one.place);
        }
        while (model[0]?.state === 'settled') expected.push(model.shift()?.id as number);
        expect(delivered).toEqual(expected);
        expect(places.waiting).toBe(model.filter(({ state }) => state === 'settled').length);
      }
    }),
  );
});
