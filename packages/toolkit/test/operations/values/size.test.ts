import { expect, test } from 'vitest';
import { parseSize } from '../../../src/operations/values/size.ts';

test.each([
  ['64k', 65_536],
  ['10M', 10_485_760],
  ['1G', 1_073_741_824],
  ['1.5K', 1536],
  ['7', 7],
])('the size %s is %d bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(['', '0', '-1k', '1T', '1kb', 'k', '99999999999999G'])(
  'the size %j is refused',
  (text) => {
    expect(parseSize(text)).toBeUndefined();
  },
);
