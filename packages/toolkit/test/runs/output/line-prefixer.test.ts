import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LinePrefixer } from '../../../src/runs/output/line-prefixer.ts';

test('prefixed lines are the same however the pieces fall', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', '\n', '\u00e9') })), (texts) => {
      const prefixer = new LinePrefixer('> ');
      const out = [...texts.map((text) => prefixer.push(Buffer.from(text))), prefixer.finish()];
      const all = texts.join('');
      const lines = all.split('\n').slice(0, all.endsWith('\n') || all === '' ? -1 : undefined);
      expect(Buffer.concat(out).toString()).toBe(lines.map((line) => `> ${line}\n`).join(''));
    }),
  );
});
