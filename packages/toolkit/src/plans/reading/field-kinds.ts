import type { Priority } from 'atonce';
import { parseInteger } from '../../config/values/integer.ts';
import { MOST_JOBS, parseJobs, type Jobs } from '../../config/values/jobs.ts';
import { parseDuration } from '../../config/values/duration.ts';
import { parseTimeLimit, type TimeLimit } from '../../config/values/time-limit.ts';

/** What a field must be, and how its text is understood. */
interface FieldKind<T> {
  /** The middle of a sentence. */
  readonly expected: string;
  readonly parse: (text: string) => T | undefined;
}

const DURATION = 'a duration such as 500ms, 10s, 2m or 1h (a bare number is seconds)';
const PRIORITIES: readonly Priority[] = ['critical', 'high', 'normal', 'low', 'background'];

export const durationField: FieldKind<number> = { expected: DURATION, parse: parseDuration };

export const timeLimitField: FieldKind<TimeLimit> = {
  expected: `${DURATION}, or none for no limit`,
  parse: parseTimeLimit,
};

export const retriesField: FieldKind<number> = {
  expected: 'a whole number from 0 to 1000',
  parse: (text) => parseInteger(text, 0, 1000),
};

export const weightField: FieldKind<number> = {
  expected: `a whole number from 1 to ${MOST_JOBS}`,
  parse: (text) => parseInteger(text, 1, MOST_JOBS),
};

export const capacityField: FieldKind<number | 'cores'> = {
  expected: `a whole number from 1 to ${MOST_JOBS}, or cores`,
  parse: (text) => (text === 'cores' ? text : parseInteger(text, 1, MOST_JOBS)),
};

export const concurrencyField: FieldKind<Jobs> = {
  expected: `a whole number from 1 to ${MOST_JOBS}, a part of the cores such as 50%, or auto`,
  parse: parseJobs,
};

export const priorityField: FieldKind<Priority> = {
  expected: `one of ${PRIORITIES.join(', ')}`,
  parse: (text) => PRIORITIES.find((known) => known === text),
};
