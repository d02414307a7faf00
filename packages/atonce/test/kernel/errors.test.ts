import { describe, expect, test } from 'vitest';
import {
  AtonceError,
  CancelledError,
  isAtonceError,
  OptionError,
  SourceError,
  TimeoutError,
} from '../../src/kernel/errors.ts';

describe('each error has a name, a stable code and is an Error', () => {
  test.each([
    [new AtonceError('E_FILE', 'm'), 'AtonceError', 'E_FILE'],
    [new OptionError('a', 'm'), 'OptionError', 'E_OPTION'],
    [new TimeoutError(5), 'TimeoutError', 'E_TIMEOUT'],
    [new CancelledError('m', 1), 'CancelledError', 'E_CANCELLED'],
    [new SourceError(1, []), 'SourceError', 'E_SOURCE'],
  ])('%s', (error, name, code) => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(AtonceError);
    expect(error).toMatchObject({ name, code });
    expect(isAtonceError(error, error.code)).toBe(true);
    expect(isAtonceError(error, 'E_LOCKED')).toBe(false);
  });
});

test('an error made by another copy of the package is recognised', () => {
  const foreign = Object.assign(new Error('m'), { code: 'E_TIMEOUT' });
  Object.defineProperty(foreign, Symbol.for('atonce.error'), { value: true });
  expect(isAtonceError(foreign)).toBe(true);
  expect(isAtonceError(foreign, 'E_TIMEOUT')).toBe(true);
});

test.each([
  undefined,
  null,
  0,
  '',
  'E_TIMEOUT',
  {},
  { code: 'E_TIMEOUT' },
  new Error('m'),
  () => 1,
])('%s is not an error of atonce', (value) => {
  expect(isAtonceError(value)).toBe(false);
});

test('a cause that is undefined is still a cause, and none is none', () => {
  expect('cause' in new CancelledError('m', undefined)).toBe(true);
  expect('cause' in new AtonceError('E_FILE', 'm')).toBe(false);
  expect('cause' in new AtonceError('E_FILE', 'm', { cause: undefined })).toBe(true);
});

test('the brand does not show when an error is listed or serialised', () => {
  expect(Object.keys(new TimeoutError(5)).toSorted()).toEqual(['code', 'name', 'timeoutMs']);
});

test('a timeout says what was too slow and how long it had', () => {
  expect(new TimeoutError(5, 'item 3').message).toBe('item 3 did not settle within 5 ms');
  expect(new TimeoutError(5).timeoutMs).toBe(5);
});
