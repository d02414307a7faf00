import { AtonceError, isAtonceError } from './errors.ts';

/** Deeper values are refused rather than risking the stack of whoever reads them. */
const MAX_DEPTH = 200;
/** Longer texts come near to what the runtime can hold in one string, and block it for seconds. */
const MAX_LENGTH = 2 ** 27;

/**
 * Writes a value as JSON that gives the same value back, or refuses: nothing is changed or dropped
 * in silence. `-0` is kept. `path` is what messages call the value, for instance `value`.
 *
 * @throws AtonceError `E_UNSERIALISABLE` naming the place, for instance `value.a[3]`.
 */
export function strictJson(value: unknown, path: string): string {
  const writer = new StrictWriter(path);
  try {
    return writer.write(value);
  } catch (error) {
    // A getter or a proxy of the value may throw anything.
    throw isAtonceError(error) ? error : writer.refuse('something that cannot be read', error);
  }
}

class StrictWriter {
  readonly #path: (string | number)[];
  #room = MAX_LENGTH;

  constructor(path: string) {
    this.#path = [path];
  }

  write(value: unknown): string {
    switch (typeof value) {
      case 'string':
        this.#take(value.length);
        return JSON.stringify(value);
      case 'number':
        this.#take(1);
        if (!Number.isFinite(value)) throw this.refuse(String(value));
        return Object.is(value, -0) ? '-0' : String(value);
      case 'boolean':
        this.#take(4);
        return String(value);
      case 'object':
        this.#take(2);
        return value === null ? 'null' : this.#writeObject(value);
      default:
        throw this.refuse(typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`);
    }
  }

  refuse(what: string, cause?: unknown): AtonceError {
    const [root, ...rest] = this.#path;
    const place = rest.reduce<string>((text, step) => text + showStep(step), String(root));
    const message = `\`${place}\` is ${what}, which JSON cannot keep`;
    return new AtonceError('E_UNSERIALISABLE', message, cause === undefined ? {} : { cause });
  }

  /** Counts what has been written: shared parts can make a small value grow without end. */
  #take(length: number): void {
    this.#room -= length;
    if (this.#room < 0) throw this.refuse(`part of a value of more than ${MAX_LENGTH} characters`);
  }

  #writeObject(value: object): string {
    if (this.#path.length > MAX_DEPTH) {
      throw this.refuse(`nested deeper than ${MAX_DEPTH} levels, or a cycle`);
    }
    const kind = Object.getPrototypeOf(value) as unknown;
    if (Array.isArray(value) && kind === Array.prototype) return this.#writeArray(value);
    if (kind !== Object.prototype && kind !== null) throw this.refuse(`a ${className(value)}`);
    if (Object.getOwnPropertySymbols(value).length > 0)
      throw this.refuse('an object with a symbol');
    return this.#writeFields(value as Readonly<Record<string, unknown>>);
  }

  #writeArray(value: readonly unknown[]): string {
    if (Object.keys(value).length !== value.length) {
      throw this.refuse('an array with holes or with fields of its own');
    }
    const entries = value.map((entry, index) => this.#writeAt(index, entry));
    return `[${entries.join(',')}]`;
  }

  #writeFields(value: Readonly<Record<string, unknown>>): string {
    const fields = Object.keys(value).map((name) => {
      const text = this.#writeAt(name, value[name]);
      return `${JSON.stringify(name)}:${text}`;
    });
    return `{${fields.join(',')}}`;
  }

  #writeAt(step: string | number, value: unknown): string {
    this.#path.push(step);
    // Copied about by careless code, such a field would change the prototype.
    if (step === '__proto__') throw this.refuse('a field named __proto__');
    if (typeof step === 'string') this.#take(step.length);
    const text = this.write(value);
    this.#path.pop();
    return text;
  }
}

function showStep(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`;
  if (/^[\w$]{1,60}$/.test(step)) return `.${step}`;
  return `[${JSON.stringify(step.length > 60 ? `${step.slice(0, 57)}...` : step)}]`;
}

function className(value: object): string {
  const constructor: unknown = value.constructor;
  return typeof constructor === 'function' && constructor.name !== ''
    ? constructor.name
    : 'class instance';
}
