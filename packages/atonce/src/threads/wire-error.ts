import { deserialize, serialize } from 'node:v8';
import { AtonceError, CancelledError, isAtonceError } from '../kernel/errors.ts';
import type { ErrorCode } from '../kernel/errors.ts';
import { textOf } from './error-text.ts';

/** Text beyond this is cut, so that an error cannot cost more than its task. */
const MAX_TEXT = 64 * 1024;
/** Causes of causes beyond this are left out; cycles end here too. */
const MAX_DEPTH = 8;
const MAX_PROPERTIES = 64;

/** A thrown value in a form that every transport can copy. */
export type WireError =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'text'; readonly text: string }
  /** The item was skipped because it was asked to stop, or answered that by throwing the signal's reason. */
  | { readonly kind: 'stopped' }
  | WireErrorObject;

interface WireErrorObject {
  readonly kind: 'error';
  /** The built-in class it is an instance of. */
  readonly base: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Own enumerable properties that can be copied. */
  readonly properties: readonly (readonly [name: string, value: unknown])[];
  readonly cause?: WireError;
  /** The parts of an AggregateError. */
  readonly errors?: readonly WireError[];
}

/** Puts a thrown value on the wire; never throws, whatever was thrown. */
export function encodeError(thrown: unknown): WireError {
  return encode(thrown, 0);
}

function encode(thrown: unknown, depth: number): WireError {
  try {
    if (thrown instanceof Error || isDomException(thrown)) return encodeObject(thrown, depth);
    return encodeValue(thrown);
  } catch {
    return { kind: 'text', text: 'a thrown value that cannot be read' };
  }
}

function encodeValue(thrown: unknown): WireError {
  if (typeof thrown === 'string') return { kind: 'value', value: cut(thrown) };
  if (copies(thrown)) return { kind: 'value', value: thrown };
  return { kind: 'text', text: `a thrown value that cannot be copied: ${describe(thrown)}` };
}

function encodeObject(error: Error, depth: number): WireErrorObject {
  const wire: { -readonly [K in keyof WireErrorObject]: WireErrorObject[K] } = {
    kind: 'error',
    base: baseOf(error),
    name: textPart(error.name),
    message: textPart(error.message),
    stack: typeof error.stack === 'string' ? cut(error.stack) : undefined,
    properties: propertiesOf(error),
  };
  if (depth >= MAX_DEPTH) return wire;
  if ('cause' in error) wire.cause = encode(error.cause, depth + 1);
  if (error instanceof AggregateError && Array.isArray(error.errors)) {
    wire.errors = error.errors.slice(0, MAX_PROPERTIES).map((part) => encode(part, depth + 1));
  }
  return wire;
}

/** Makes the thrown value again. */
export function decodeError(wire: WireError): unknown {
  if (wire.kind === 'value') return wire.value;
  if (wire.kind === 'text') return new AtonceError('E_UNSERIALISABLE', wire.text);
  if (wire.kind === 'stopped') return new CancelledError('The item was asked to stop', undefined);
  const error = reviveObject(wire);
  define(error, 'stack', wire.stack);
  if (error.name !== wire.name) define(error, 'name', wire.name);
  if (wire.cause !== undefined) define(error, 'cause', decodeError(wire.cause));
  for (const [name, value] of wire.properties) {
    Object.defineProperty(error, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return error;
}

const builtIns: Readonly<Record<string, ErrorConstructor>> = {
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
};

function reviveObject(wire: WireErrorObject): Error {
  if (wire.base === 'AtonceError') {
    const code = wire.properties.find(([name]) => name === 'code')?.[1];
    return new AtonceError((code ?? 'E_WORKER_DIED') as ErrorCode, wire.message);
  }
  if (wire.base === 'AggregateError')
    return new AggregateError((wire.errors ?? []).map(decodeError), wire.message);
  if (wire.base === 'DOMException') return new DOMException(wire.message, wire.name);
  const Class = Object.hasOwn(builtIns, wire.base)
    ? (builtIns[wire.base] as ErrorConstructor)
    : Error;
  return new Class(wire.message);
}

function baseOf(error: Error): string {
  if (isAtonceError(error)) return 'AtonceError';
  if (isDomException(error)) return 'DOMException';
  if (error instanceof AggregateError) return 'AggregateError';
  const found = Object.entries(builtIns).find(
    ([name, Class]) => name !== 'Error' && error instanceof Class,
  );
  return found?.[0] ?? 'Error';
}

function isDomException(value: unknown): value is DOMException {
  return typeof DOMException === 'function' && value instanceof DOMException;
}

function propertiesOf(error: Error): readonly (readonly [string, unknown])[] {
  const properties: (readonly [string, unknown])[] = [];
  for (const name of Object.keys(error).slice(0, MAX_PROPERTIES)) {
    if (name === 'stack' || name === 'message' || name === 'cause' || name === '__proto__')
      continue;
    properties.push([name, copyable(() => (error as unknown as Record<string, unknown>)[name])]);
  }
  return properties;
}

/** The value itself if it can be copied, else words for it. */
function copyable(read: () => unknown): unknown {
  try {
    const value = read();
    if (typeof value === 'string') return cut(value);
    return copies(value) ? value : describe(value);
  } catch {
    return 'a property that cannot be read';
  }
}

/** Whether both transports can copy it; only asked of errors, so its price does not matter. */
function copies(value: unknown): boolean {
  if (
    value === null ||
    (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
  )
    return true;
  try {
    // Both ways: an error that is its own cause can be written but not read.
    const bytes = serialize(value);
    deserialize(bytes);
    return bytes.byteLength <= MAX_TEXT;
  } catch {
    return false;
  }
}

function describe(value: unknown): string {
  return typeof value === 'function' ? 'a function' : cut(textOf(value));
}

function textPart(value: unknown): string {
  return typeof value === 'string' ? cut(value) : describe(value);
}

function cut(text: string): string {
  return text.length <= MAX_TEXT
    ? text
    : `${text.slice(0, MAX_TEXT)}... (${text.length - MAX_TEXT} more characters)`;
}

function define(error: Error, name: string, value: unknown): void {
  Object.defineProperty(error, name, {
    value,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}
