import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { strictJson } from '../../src/kernel/strict-json.ts';

test('every JSON value comes back as it was, -0 and lone surrogates too', () => {
  const key = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('constructor', 'toJSON', ''));
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      // Far from the depth at which a value is refused.
      { depthSize: 'medium', maxDepth: 40 },
      fc.constantFrom(null, true, false, 0, -0, 1e21, 5e-324, '\ud800', '\u2028', ''),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string({ unit: 'binary' }),
      fc.array(tie('any')),
      fc.dictionary(key, tie('any')),
    ),
  })).any;
  fc.assert(
    fc.property(value, (given) => {
      // Cloned, since objects without a prototype come back with the ordinary one.
      assert.deepStrictEqual(JSON.parse(strictJson(given, 'value')), structuredClone(given));
    }),
    { numRuns: 500 },
  );
});

test('whatever is given, it comes back equal or is refused', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withBoxedValues: true,
    withNullPrototype: true,
  });
  fc.assert(
    fc.property(anything, (given) => {
      let text: string;
      try {
        text = strictJson(given, 'value');
      } catch (error) {
        expect(error).toMatchObject({ code: 'E_UNSERIALISABLE' });
        return;
      }
      expect(JSON.parse(text)).toEqual(given);
    }),
    { numRuns: 1_000 },
  );
});

describe('refuses and names the place of', () => {
  class Point {
    x = 1;
  }
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const getter = Object.defineProperty({}, 'x', {
    enumerable: true,
    get() {
      throw new RangeError('no');
    },
  });
  test.each<[string, unknown, string]>([
    ['undefined', undefined, '`value` is undefined'],
    ['undefined in an object', { a: { b: undefined } }, '`value.a.b` is undefined'],
    ['undefined in an array', [1, undefined], '`value[1]` is undefined'],
    ['a hole', Array(2), '`value` is an array with holes'],
    ['an array with a field', Object.assign([1], { x: 1 }), '`value` is an array with holes or'],
    ['NaN', { a: [1, 2, 3, NaN] }, '`value.a[3]` is NaN'],
    ['-Infinity', [-Infinity], '`value[0]` is -Infinity'],
    ['a bigint', { n: 1n }, '`value.n` is a bigint'],
    ['a function', { f: () => 1 }, '`value.f` is a function'],
    ['a toJSON method', { toJSON: () => 1 }, '`value.toJSON` is a function'],
    ['a symbol', [Symbol('s')], '`value[0]` is a symbol'],
    ['a symbol field', { [Symbol('s')]: 1 }, '`value` is an object with a symbol'],
    ['a Date', { at: new Date(0) }, '`value.at` is a Date'],
    ['a Map', new Map(), '`value` is a Map'],
    ['a Buffer', [Buffer.from('x')], '`value[0]` is a Buffer'],
    ['an Error', new RangeError('x'), '`value` is a RangeError'],
    ['a class instance', { p: new Point() }, '`value.p` is a Point'],
    ['an array of a class', new (class List extends Array {})(), '`value` is a List'],
    ['a boxed number', [Object(1)], '`value[0]` is a Number'],
    ['a field __proto__', JSON.parse('{"a":{"__proto__":1}}'), '`value.a.__proto__` is'],
    ['a cycle', cycle, 'nested deeper than 200 levels, or a cycle'],
    ['a getter that throws', getter, 'something that cannot be read'],
    ['a long name', { ['n'.repeat(500)]: 1n }, '...'],
    ['an odd name', { 'a b': 1n }, '`value["a b"]` is a bigint'],
  ])('%s', (_, value, message) => {
    let refused: unknown;
    try {
      strictJson(value, 'value');
    } catch (error) {
      refused = error;
    }
    expect(refused).toMatchObject({ code: 'E_UNSERIALISABLE' });
    expect((refused as Error).message).toContain(message);
    expect((refused as Error).message.length).toBeLessThan(1_500);
  });
});

test('takes a depth of 200 and refuses 201', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
  expect(JSON.parse(strictJson(nested(200), 'value'))).toEqual(nested(200));
  expect(() => strictJson(nested(201), 'value')).toThrow('deeper than 200');
});

test('refuses a small value whose shared parts would grow without end', () => {
  let shared: unknown[] = ['x'.repeat(1_000)];
  for (let level = 0; level < 60; level++) shared = [shared, shared];
  expect(() => strictJson(shared, 'value')).toThrow('of more than');
});

test('refuses a text that is longer than a line of memory', () => {
  expect(() => strictJson(['x'.repeat(2 ** 27 + 1)], 'value')).toThrow('`value[0]` is part of a');
});
