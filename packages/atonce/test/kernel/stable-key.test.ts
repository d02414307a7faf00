import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stableKey } from '../../src/kernel/stable-key.ts';

const content = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withNullPrototype: true,
});

/** The same content with the keys of every plain object in the opposite order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  const proto = Object.getPrototypeOf(value) as unknown;
  if (proto !== Object.prototype && proto !== null) return value;
  const turned = Object.create(proto as object | null) as object;
  for (const name of Object.keys(value).reverse()) {
    const entry = reordered((value as Record<string, unknown>)[name]);
    Object.defineProperty(turned, name, {
      value: entry,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return turned;
}

/** The prototype of a plain object is no part of its content. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value, plain);
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [plain(k), plain(v)]));
  if (value instanceof Set) return new Set([...value].map(plain));
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== null && Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
}

test('the order of keys changes nothing', () => {
  fc.assert(
    fc.property(content, (value) => {
      expect(stableKey(reordered(value))).toBe(stableKey(value));
    }),
  );
});

test('a copy of a value has the same key', () => {
  fc.assert(
    fc.property(content, (value) => {
      expect(stableKey(structuredClone(plain(value)))).toBe(stableKey(plain(value)));
    }),
  );
});

test('different values have different keys', () => {
  fc.assert(
    fc.property(content, content, (a, b) => {
      // Sets and maps are compared in order by keys, without order by isDeepStrictEqual.
      if (stableKey(a) === stableKey(b)) expect(isDeepStrictEqual(plain(a), plain(b))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

describe('values that look alike are told apart', () => {
  const alike: [unknown, unknown][] = [
    [1, '1'],
    [0, -0],
    [1, 1n],
    ['1n', 1n],
    [null, 'null'],
    [undefined, null],
    [undefined, 'undefined'],
    [true, 'true'],
    [[1, 2], '1,2'],
    [
      [[1], 2],
      [1, [2]],
    ],
    [{ a: 1 }, [['a', 1]]],
    [{}, []],
    [{ a: undefined }, {}],
    [new Date(5), 'Date(5)'],
    [new Date(5), new Date(5).toISOString()],
    [new Date(5), 5],
    [new URL('http://a/'), 'http://a/'],
    [/a/g, '/a/g'],
    [/a/g, /a/i],
    [new Map([['a', 1]]), { a: 1 }],
    [new Set([1]), [1]],
    [new Set([['a', 1]]), new Map([['a', 1]])],
    [new Uint8Array([1, 0]), new Uint16Array([1])],
    [new Uint8Array([1]), [1]],
    [{ 'a":1,"b': 2 }, { a: 1, b: 2 }],
    [['a,b'], ['a', 'b']],
    ['\ud800', '\ufffd'],
  ];
  test.each(alike.map((pair, index) => [index, ...pair] as const))('pair %i', (_, a, b) => {
    expect(stableKey(a)).not.toBe(stableKey(b));
  });
});

test('an object without prototype equals a plain one with the same content', () => {
  expect(stableKey(Object.assign(Object.create(null), { a: 1 }))).toBe(stableKey({ a: 1 }));
});

test('an own __proto__ key counts as content', () => {
  expect(stableKey(JSON.parse('{"__proto__":1}'))).not.toBe(stableKey({}));
});

test('the part of a buffer that a view shows counts, not the whole buffer', () => {
  const bytes = new Uint8Array([1, 2, 3, 4]);
  expect(stableKey(bytes.subarray(1, 3))).toBe(stableKey(new Uint8Array([2, 3])));
});

class Point {
  x = 1;
}
const cycle: Record<string, unknown> = {};
cycle.self = cycle;
const looped: unknown[] = [];
looped.push(looped);
let deep: unknown = 0;
for (let n = 0; n < 100_000; n++) deep = [deep];

test.each<[string, unknown]>([
  ['a function', () => 1],
  ['a symbol', Symbol('s')],
  ['an instance of a class', new Point()],
  ['a boxed number', Object(1)],
  ['a promise', Promise.resolve()],
  ['an error', new Error('x')],
  ['an object in a cycle', cycle],
  ['an array in a cycle', looped],
  ['a value nested 100,000 deep', deep],
  ['a function in a field', { a: [{ b: () => 1 }] }],
])('%s is refused with E_UNSERIALISABLE', (_, value) => {
  expect(() => stableKey(value)).toThrow(expect.objectContaining({ code: 'E_UNSERIALISABLE' }));
});
