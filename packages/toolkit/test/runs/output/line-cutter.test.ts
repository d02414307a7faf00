import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineCutter, LONGEST_LINE_BYTES } from '../../../src/runs/output/line-cutter.ts';

describe('lines cut from pieces', () => {
  it('are the same however the pieces fall', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', '\n', '\u00e9') })), (texts) => {
        const cutter = new LineCutter('> ');
        const out = [...texts.map((text) => cutter.push(Buffer.from(text))), cutter.finish()];
        const all = texts.join('');
        const lines = all.split('\n').slice(0, all.endsWith('\n') || all === '' ? -1 : undefined);
        expect(Buffer.concat(out).toString()).toBe(lines.map((line) => `> ${line}\n`).join(''));
        for (const piece of out) if (piece.length > 0) expect(piece.at(-1)).toBe(10);
      }),
    );
  });

  it('are never held beyond the longest', () => {
    const cutter = new LineCutter('');
    const piece = Buffer.alloc(100_000, 'x');
    let held = 0;
    for (let at = 0; at < 100; at++) {
      held += piece.length - cutter.push(piece).length;
      expect(held).toBeLessThanOrEqual(LONGEST_LINE_BYTES + piece.length);
    }
  });
});
