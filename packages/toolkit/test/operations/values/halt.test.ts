import { expect, test } from 'vitest';
import { parseHalt } from '../../../src/operations/values/halt.ts';

test.each([
  ['never', { when: 'never' }],
  ['soon,fail=1', { when: 'soon', failures: 1 }],
  ['now,fail=20', { when: 'now', failures: 20 }],
  ['soon,fail=10%', { when: 'soon', failurePercent: 10 }],
  ['now,fail=100%', { when: 'now', failurePercent: 100 }],
])('the halt %s is understood', (text, halt) => {
  expect(parseHalt(text)).toEqual(halt);
});

test.each([
  '',
  'soon',
  'now',
  'fail=1',
  'now,fail=0',
  'now,fail=0%',
  'now,fail=101%',
  'now,success=1',
])('the halt %j is refused', (text) => {
  expect(parseHalt(text)).toBeUndefined();
});
