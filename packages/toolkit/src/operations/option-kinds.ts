import type { Option, OptionTexts } from './option.ts';
import { parseDuration } from '../config/values/duration.ts';
import { parseInteger } from '../config/values/integer.ts';
import { parseTruth } from '../config/values/truth.ts';

interface WithDefault<T> extends OptionTexts {
  readonly defaultValue: T;
}

/** An option that is on when it is named. */
export function flag(texts: OptionTexts): Option<boolean> {
  return {
    ...texts,
    kind: 'flag',
    placeholder: '',
    choices: [],
    expected: '1, true, yes, 0, false or no',
    // Set to nothing is off, as for many programs.
    parse: (value) => (value === '' ? false : parseTruth(value)),
    defaultValue: false,
  };
}

/** A whole number within bounds, both of them allowed. */
export function integer(
  texts: WithDefault<number> & { readonly min: number; readonly max: number },
): Option<number> {
  const { min, max, ...rest } = texts;
  return {
    ...rest,
    kind: 'integer',
    placeholder: 'N',
    choices: [],
    expected: `a whole number from ${min} to ${max}`,
    parse: (text) => parseInteger(text, min, max),
  };
}

/** A length of time in milliseconds. */
export function duration(texts: WithDefault<number>): Option<number> {
  return {
    ...texts,
    kind: 'duration',
    placeholder: 'DURATION',
    choices: [],
    expected: 'a duration such as 500ms, 10s, 2m or 1h (a bare number is seconds)',
    parse: (text) => parseDuration(text),
  };
}

/** One of a few words. */
export function choice<T extends string>(
  texts: WithDefault<T> & { readonly choices: readonly T[] },
): Option<T> {
  return {
    ...texts,
    kind: 'choice',
    placeholder: texts.choices.join('|'),
    expected: `one of ${texts.choices.join(', ')}`,
    parse: (text) => texts.choices.find((known) => known === text),
  };
}

/** Any text that is not empty. */
export function text(
  texts: OptionTexts & { readonly placeholder: string },
): Option<string | undefined> {
  return textLike('text', 'a text that is not empty', texts);
}

/** Path of a file. */
export function file(texts: OptionTexts): Option<string | undefined> {
  return textLike('file', 'the path of a file', { placeholder: 'FILE', ...texts });
}

/** Path of a folder. */
export function directory(texts: OptionTexts): Option<string | undefined> {
  return textLike('directory', 'the path of a folder', { placeholder: 'DIR', ...texts });
}

function textLike(
  kind: 'text' | 'file' | 'directory',
  expected: string,
  texts: OptionTexts & { readonly placeholder: string },
): Option<string | undefined> {
  return {
    ...texts,
    kind,
    choices: [],
    expected,
    parse: (value) => (value === '' || value.includes('\0') ? undefined : value),
    defaultValue: undefined,
  };
}
