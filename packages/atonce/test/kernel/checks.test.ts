import { describe, expect, test } from 'vitest';
import {
  checkInteger,
  checkMs,
  checkNames,
  checkSignal,
  nearest,
  show,
} from '../../src/kernel/checks.ts';
import type { OptionError } from '../../src/kernel/errors.ts';

function refusal(check: () => void): OptionError {
  try {
    check();
  } catch (error) {
    return error as OptionError;
  }
  throw new Error('nothing was refused');
}

describe('a refused value is shown briefly', () => {
  test.each<[unknown, string]>([
    ['8', '"8"'],
    ['a'.repeat(100), `"${'a'.repeat(57)}..."`],
    [Number.NaN, 'NaN'],
    [-0, '-0'],
    [null, 'null'],
    [undefined, 'undefined'],
    [1n, '1n'],
    [Symbol('s'), 'a symbol'],
    [[1, 2], 'an array of 2'],
    [{}, 'an object'],
    [Object.create(null), 'an object'],
    [() => 1, 'a function'],
    [{ toString: () => 1 / 0, [Symbol.toPrimitive]: null }, 'an object'],
  ])('%#', (value, shown) => {
    expect(show(value)).toBe(shown);
  });

  test('also one that throws whatever is asked of it', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(show(proxy)).toBe('an object');
  });
});

test('a refusal names the option, what was expected and what came', () => {
  const error = refusal(() => checkInteger('width', 1.5, { min: 1, orInfinity: true }));
  expect(error).toMatchObject({ code: 'E_OPTION', option: 'width' });
  expect(error.message).toBe(
    'Expected `width` to be an integer from 1 and up or `Infinity`, got 1.5 (number)',
  );
  expect(refusal(() => checkInteger('n', 9, { min: 1, max: 8 })).message).toBe(
    'Expected `n` to be an integer from 1 to 8, got 9 (number)',
  );
  expect(refusal(() => checkMs('timeoutMs', -1)).message).toBe(
    'Expected `timeoutMs` to be a finite number of milliseconds, not negative, got -1 (number)',
  );
});

test('the ends of a range are allowed, Infinity only where it is named', () => {
  checkInteger('n', 1, { min: 1, max: 8 });
  checkInteger('n', 8, { min: 1, max: 8 });
  checkInteger('n', Infinity, { min: 1, orInfinity: true });
  expect(refusal(() => checkInteger('n', Infinity, { min: 1 })).option).toBe('n');
  expect(refusal(() => checkInteger('n', 2 ** 53, { min: 1 })).option).toBe('n');
});

test('an unknown option names the nearest known one', () => {
  const known = ['concurrency', 'timeoutMs', 'signal'];
  const message = (options: object): string =>
    refusal(() => checkNames('options', options, known)).message;
  expect(message({ concurency: 1 })).toContain('did you mean `concurrency`?');
  expect(message({ timeout: 1 })).toContain('did you mean `timeoutMs`?');
  expect(message({ CONCURRENCY: 1 })).toContain('did you mean `concurrency`?');
  expect(message({ zzzzzz: 1 })).toContain('known: concurrency, timeoutMs, signal');
  expect(message(JSON.parse('{"__proto__": 1}') as object)).toContain('__proto__');
});

test('an unknown option is refused even when it is undefined', () => {
  expect(refusal(() => checkNames('options', { nope: undefined }, ['yes'])).option).toBe('nope');
});

test.each([null, undefined, [], 'text', 1, () => 1])('%s is not an options object', (options) => {
  expect(refusal(() => checkNames('options', options, [])).message).toContain('to be an object');
});

test('a signal of another realm or polyfill is a signal', () => {
  checkSignal('signal', { aborted: false, addEventListener: () => undefined });
  checkSignal('signal', new AbortController().signal);
  expect(refusal(() => checkSignal('signal', new AbortController())).option).toBe('signal');
});

test('nothing is near when nothing is close', () => {
  expect(nearest('x', ['concurrency'])).toBeUndefined();
  expect(nearest('retries', ['retry', 'rateLimit'])).toBe('retry');
});
