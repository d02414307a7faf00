import { expect, test } from 'vitest';
import { messageOf, textOf } from '../../src/threads/error-text.ts';

const liar = new Proxy(new Error('hidden'), {
  get() {
    throw new Error('trap');
  },
  getPrototypeOf() {
    throw new Error('trap');
  },
});

test.each([
  [new Error('words'), 'words'],
  ['words', 'words'],
  [undefined, 'undefined'],
  [Symbol('sign'), 'Symbol(sign)'],
  [Object.create(null), 'a value that has no text'],
  [liar, 'an error that cannot be read'],
])('an error says something, whatever was thrown (%#)', (thrown, expected) => {
  expect(messageOf(thrown)).toBe(expected);
});

test('every value has a text', () => {
  expect(textOf(liar)).toMatch(/no text/);
  expect(textOf(5)).toBe('5');
});
