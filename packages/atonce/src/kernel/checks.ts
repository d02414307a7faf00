import { OptionError } from './errors.ts';

/** Shows a refused value briefly and without ever throwing, whatever the value is. */
export function show(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value === 'object' && value !== null) return showObject(value);
  return Object.is(value, -0) ? '-0' : String(value);
}

function showObject(value: object): string {
  try {
    if (Array.isArray(value)) return `an array of ${value.length}`;
    if (value instanceof Promise) return 'a promise: await it first';
  } catch {
    // A proxy may refuse to be looked at.
  }
  return 'an object';
}

/** Makes the one kind of error for a refused option: its name, what was expected, what came. */
export function refuse(option: string, expected: string, value: unknown): OptionError {
  return new OptionError(
    option,
    `Expected \`${option}\` to be ${expected}, got ${show(value)} (${typeof value})`,
  );
}

/** Bounds of a numeric option; both ends are allowed values. */
export interface Range {
  readonly min: number;
  readonly max?: number;
  /** Accept `Infinity` although an integer is asked for. */
  readonly orInfinity?: boolean;
}

/** Throws unless `value` is an integer within `range`. */
export function checkInteger(
  option: string,
  value: unknown,
  range: Range,
): asserts value is number {
  const { min, max, orInfinity = false } = range;
  if (orInfinity && value === Infinity) return;
  const isInteger = Number.isSafeInteger(value);
  if (isInteger && (value as number) >= min && (value as number) <= (max ?? Infinity)) return;
  const to = max === undefined ? 'and up' : `to ${max}`;
  throw refuse(option, `an integer from ${min} ${to}${orInfinity ? ' or `Infinity`' : ''}`, value);
}

/** Throws unless `value` is a finite number of milliseconds within `range`. */
export function checkMs(
  option: string,
  value: unknown,
  range: 'not negative' | 'more than 0' = 'not negative',
): asserts value is number {
  const ms = Number.isFinite(value) ? (value as number) : -1;
  if (ms > 0 || (ms === 0 && range === 'not negative')) return;
  throw refuse(option, `a finite number of milliseconds, ${range}`, value);
}

/** Throws unless `value` is a function. */
export function checkFunction(option: string, value: unknown): void {
  if (typeof value !== 'function') throw refuse(option, 'a function', value);
}

/** Throws unless `value` looks like an AbortSignal, from whichever realm or polyfill. */
export function checkSignal(option: string, value: unknown): asserts value is AbortSignal {
  const signal = value as Partial<AbortSignal> | null;
  const isSignal =
    typeof signal === 'object' &&
    signal !== null &&
    typeof signal.aborted === 'boolean' &&
    typeof signal.addEventListener === 'function';
  if (!isSignal) throw refuse(option, 'an AbortSignal', value);
}

/** Throws for a name in `options` that is not in `known`, naming the nearest known one. */
export function checkNames(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw refuse(what, 'an object', options);
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    throw new OptionError(
      name,
      `Unknown option \`${name}\` in ${what}${near === undefined ? `; known: ${known.join(', ')}` : `; did you mean \`${near}\`?`}`,
    );
  }
}

/** The known name most like `name` by edit distance, or none if nothing is close. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.ceil(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein distance, one row at a time (Wagner and Fischer 1974). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
