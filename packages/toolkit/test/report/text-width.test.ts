import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  estimateWidth,
  fitEnd,
  fitMiddle,
  loadMeasure,
  needsExactMeasure,
} from '../../src/report/text-width.ts';

const measure = await loadMeasure();
const style = { measure, ellipsis: '…' };

test('the exact measure counts cells: wide characters two, combining marks none', () => {
  expect(['abc', '日本', 'é', '👨‍👩‍👧‍👦', 'ａ'].map(measure)).toEqual([3, 4, 1, 2, 2]);
});

test('the estimate is never less than the exact measure', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(estimateWidth(text)).toBeGreaterThanOrEqual(measure(text));
    }),
  );
});

test('only text beyond ASCII asks for the exact measure', () => {
  expect(needsExactMeasure("convert 'a b' {}")).toBe(false);
  expect(needsExactMeasure('größer')).toBe(true);
});

test('a text that fits stays as it is', () => {
  expect(fitMiddle('convert a', 9, style)).toBe('convert a');
  expect(fitEnd('', 0, style)).toBe('');
});

test('a text that is too long loses its middle or its end', () => {
  expect(fitMiddle('convert drawing.svg', 10, style)).toBe('conve….svg');
  expect(fitEnd('convert drawing.svg', 10, style)).toBe('convert d…');
});

test('wide characters are never cut in half', () => {
  expect(fitMiddle('日本語のファイル', 6, style)).toBe('日…ル');
  expect(fitEnd('👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 3, style)).toBe('👨‍👩‍👧‍👦…');
});

test('whatever the text and the width, the result fits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 30 }), (text, width) => {
      expect(measure(fitMiddle(text, width, style))).toBeLessThanOrEqual(width);
      expect(measure(fitEnd(text, width, style))).toBeLessThanOrEqual(width);
    }),
  );
});
