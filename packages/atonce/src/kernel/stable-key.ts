import { AtonceError } from './errors.ts';

/** Deeper values are refused rather than risking the stack. */
const MAX_DEPTH = 200;

/**
 * One text per content: equal values give equal texts whatever the order of their keys, different
 * values give different texts (`1` and `"1"`, `-0` and `0`, a Date and its string).
 *
 * @throws AtonceError `E_UNSERIALISABLE` for functions, symbols, cycles, and values nested deeper than 200.
 */
export function stableKey(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw unkeyable('a value nested deeper than 200 levels, or a cycle');
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'bigint':
      return `${value}n`;
    case 'object':
      return value === null ? 'null' : writeObject(value, depth + 1);
    default:
      throw unkeyable(`a ${typeof value}`);
  }
}

function writeObject(value: object, depth: number): string {
  if (Array.isArray(value))
    return `[${Array.from(value, (entry) => write(entry, depth)).join(',')}]`;
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof URL) return `URL(${JSON.stringify(value.href)})`;
  if (value instanceof RegExp) return `RegExp(${JSON.stringify(String(value))})`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${bytesOf(value)})`;
  if (value instanceof Map) return `Map(${write([...value], depth)})`;
  if (value instanceof Set) return `Set(${write([...value], depth)})`;
  const proto = Object.getPrototypeOf(value) as unknown;
  if (proto !== Object.prototype && proto !== null)
    throw unkeyable(`an instance of ${value.constructor?.name ?? 'a class'}`);
  const fields = Object.keys(value).sort();
  return `{${fields.map((name) => `${JSON.stringify(name)}:${write((value as Record<string, unknown>)[name], depth)}`).join(',')}}`;
}

function bytesOf(view: ArrayBufferView): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

function unkeyable(what: string): AtonceError {
  return new AtonceError(
    'E_UNSERIALISABLE',
    `Cannot make a key from ${what}; give \`key\` to say what identifies an item`,
  );
}
