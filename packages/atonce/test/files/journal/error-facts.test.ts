import { describe, expect, test } from 'vitest';
import { errorFacts } from '../../../src/files/journal/error-facts.ts';

describe('reads', () => {
  test.each<[string, unknown, object]>([
    ['an error', new RangeError('too far'), { name: 'RangeError', message: 'too far' }],
    [
      'a system error',
      Object.assign(new Error('no file'), { code: 'ENOENT' }),
      { name: 'Error', message: 'no file', code: 'ENOENT' },
    ],
    [
      'a numeric code',
      { name: 'E', message: 'm', code: 7 },
      { name: 'E', message: 'm', code: '7' },
    ],
    ['a text', 'went wrong', { name: 'string', message: 'went wrong' }],
    ['undefined', undefined, { name: 'undefined', message: 'undefined' }],
    ['null', null, { name: 'null', message: 'null' }],
    ['a bigint', 10n, { name: 'bigint', message: '10' }],
    ['a symbol', Symbol('s'), { name: 'symbol', message: 'Symbol(s)' }],
    ['a function', function go() {}, { name: 'function', message: 'function go' }],
    ['an object', { message: 3n }, { name: 'object', message: '[object Object]' }],
  ])('%s', (_, thrown, facts) => {
    expect(errorFacts(thrown)).toEqual(facts);
  });
});

test('never throws itself', () => {
  const fail = (): never => {
    throw new Error('from the error');
  };
  const proxy = new Proxy({}, { get: fail, has: fail, getPrototypeOf: fail });
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const thrown = [
    proxy,
    revoked.proxy,
    Object.create(null),
    { toString: fail },
    Object.defineProperty(() => {}, 'name', { get: fail }),
    Object.defineProperty({}, 'message', { get: fail }),
  ];
  for (const value of thrown) expect(errorFacts(value).message).toBeTypeOf('string');
});

test('stays within 4 kB, whatever the size of the error', () => {
  const huge = 'x'.repeat(50_000_000);
  const facts = errorFacts({ name: huge, message: huge, code: huge });
  expect(JSON.stringify(facts).length).toBeLessThan(4096);
  expect(facts.message.endsWith('...')).toBe(true);
  expect(errorFacts(huge).message.length).toBeLessThan(4096);
});
