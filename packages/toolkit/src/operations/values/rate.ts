import { parseInteger } from '../../config/values/integer.ts';
import type { Option, OptionTexts } from '../option.ts';

/** At most `limit` starts in any `intervalMs` milliseconds. */
export interface Rate {
  readonly limit: number;
  readonly intervalMs: number;
}

const intervals: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
};

/** The `--rate` option. */
export function rateOption(texts: OptionTexts): Option<Rate | undefined> {
  return {
    ...texts,
    kind: 'rate',
    placeholder: 'N/s|N/m|N/h',
    choices: [],
    expected: 'a whole number of starts per second, minute or hour, such as 5/s or 100/m',
    parse: parseRate,
    defaultValue: undefined,
  };
}

/** `5/s`, `100/m`, `100/min`, `1000/h`; undefined for anything else. */
export function parseRate(text: string): Rate | undefined {
  const [, amount, unit] = /^(\d+)\/(s|m|min|h)$/.exec(text) ?? [];
  const limit = amount === undefined ? undefined : parseInteger(amount, 1, 1_000_000);
  const intervalMs = intervals[unit ?? ''];
  return limit === undefined || intervalMs === undefined ? undefined : { limit, intervalMs };
}
