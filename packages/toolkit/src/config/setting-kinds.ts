import type { Plain, Setting } from './setting.ts';
import {
  formatTimeLimit,
  MOST_SECONDS,
  parseTimeLimit,
  type TimeLimit,
} from './values/time-limit.ts';
import { parseInteger } from './values/integer.ts';
import { formatJobs, type Jobs, MOST_JOBS, parseJobs } from './values/jobs.ts';
import { parseTruth } from './values/truth.ts';

interface Texts<T> {
  readonly doc: string;
  readonly defaultValue: T;
}

/** A setting that is on or off. */
export function toggle(texts: Texts<boolean>): Setting<boolean> {
  return {
    ...texts,
    expected: 'true or false',
    fromText: parseTruth,
    fromPlain: (plain) => (typeof plain === 'boolean' ? plain : undefined),
    toPlain: (value) => value,
    schema: { type: 'boolean' },
  };
}

/** A whole number within bounds, both of them allowed. */
export function wholeNumber(
  texts: Texts<number> & { readonly min: number; readonly max: number },
): Setting<number> {
  const { min, max, ...rest } = texts;
  return {
    ...rest,
    expected: `a whole number from ${min} to ${max}`,
    fromText: (text) => parseInteger(text, min, max),
    fromPlain: (plain) => wholeNumberWithin(plain, min, max),
    toPlain: (value) => value,
    schema: { type: 'integer', minimum: min, maximum: max },
  };
}

function wholeNumberWithin(plain: Plain, min: number, max: number): number | undefined {
  if (!Number.isInteger(plain)) return undefined;
  const value = plain as number;
  return value >= min && value <= max ? value : undefined;
}

/** How many at once: a number, a part of the cores, or `auto`. */
export function concurrency(texts: Texts<Jobs>): Setting<Jobs> {
  return {
    ...texts,
    expected: `a whole number from 1 to ${MOST_JOBS}, a part of the cores such as 50%, or auto`,
    fromText: parseJobs,
    fromPlain(plain) {
      if (typeof plain === 'string') return /^auto$|%$/.test(plain) ? parseJobs(plain) : undefined;
      const count = wholeNumberWithin(plain, 1, MOST_JOBS);
      return count === undefined ? undefined : { kind: 'count', count };
    },
    toPlain: (jobs) =>
      typeof jobs === 'object' && jobs.kind === 'count' ? jobs.count : formatJobs(jobs),
    schema: {
      anyOf: [
        { type: 'integer', minimum: 1, maximum: MOST_JOBS },
        { enum: ['auto'] },
        { type: 'string', pattern: '^0*[1-9][0-9]{0,6}%$' },
      ],
    },
  };
}

/** Capacity of a pool: a number, or as many as there are cores. */
export function capacity(texts: Texts<number | 'cores'>): Setting<number | 'cores'> {
  return {
    ...texts,
    expected: `a whole number from 1 to ${MOST_JOBS}, or cores`,
    fromText: (text) => (text === 'cores' ? text : parseInteger(text, 1, MOST_JOBS)),
    fromPlain: (plain) => (plain === 'cores' ? plain : wholeNumberWithin(plain, 1, MOST_JOBS)),
    toPlain: (value) => value,
    schema: {
      anyOf: [{ type: 'integer', minimum: 1, maximum: MOST_JOBS }, { enum: ['cores'] }],
    },
  };
}

/** How long something may take, or `none`. */
export function timeLimit(texts: Texts<TimeLimit>): Setting<TimeLimit> {
  return {
    ...texts,
    expected:
      'a duration such as 500ms, 10s, 2m or 1h (a bare number is seconds), or none for no limit',
    fromText: parseTimeLimit,
    fromPlain: (plain) => (typeof plain === 'boolean' ? undefined : parseTimeLimit(String(plain))),
    toPlain: formatTimeLimit,
    schema: {
      anyOf: [
        { type: 'number', exclusiveMinimum: 0, maximum: MOST_SECONDS },
        { enum: ['none'] },
        { type: 'string', pattern: '^([0-9]+(\\.[0-9]+)?|\\.[0-9]+)(ms|s|m|h)?$' },
      ],
    },
  };
}

/** One of a few words. */
export function oneOf<T extends string>(
  texts: Texts<T> & { readonly choices: readonly T[] },
): Setting<T> {
  const { choices, ...rest } = texts;
  return {
    ...rest,
    expected: `one of ${choices.join(', ')}`,
    fromText: (text) => choices.find((known) => known === text),
    fromPlain: (plain) => choices.find((known) => known === plain),
    toPlain: (value) => value,
    schema: { enum: choices },
  };
}
