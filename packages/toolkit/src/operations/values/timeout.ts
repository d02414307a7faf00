import { parseDuration } from '../../config/values/duration.ts';
import type { Option, OptionTexts } from '../option.ts';

/** Milliseconds; null for no limit at all; undefined lets known slow commands choose theirs. */
export type Timeout = number | null | undefined;

/** The `--timeout` option. */
export function timeoutOption(texts: OptionTexts): Option<Timeout> {
  return {
    ...texts,
    kind: 'duration',
    placeholder: 'DURATION|none',
    choices: ['none'],
    expected:
      'a duration such as 500ms, 10s, 2m or 1h (a bare number is seconds), or none for no limit',
    parse: (text) => (text === 'none' ? null : parseDuration(text)),
    defaultValue: undefined,
  };
}
