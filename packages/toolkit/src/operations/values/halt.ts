import type { CommandRequest } from '../../commands/request.ts';
import { parseInteger } from '../../config/values/integer.ts';
import type { Option, OptionTexts } from '../option.ts';

/** When failing jobs stop the others. */
export type HaltValue = CommandRequest['halt'];

/** The `--halt` option. */
export function haltOption(texts: OptionTexts): Option<HaltValue> {
  return {
    ...texts,
    kind: 'halt',
    placeholder: 'WHEN',
    choices: ['never', 'soon,fail=1', 'now,fail=1'],
    expected:
      'never, soon,fail=N, soon,fail=N%, now,fail=N or now,fail=N%' +
      ' (soon lets running jobs end, now kills them)',
    parse: parseHalt,
    defaultValue: { when: 'never' },
    defaultText: 'never',
  };
}

/** `never`, `soon,fail=3`, `now,fail=10%`; undefined for anything else. */
export function parseHalt(text: string): HaltValue | undefined {
  if (text === 'never') return { when: 'never' };
  const [, when, amount, percent] = /^(soon|now),fail=(\d+)(%?)$/.exec(text) ?? [];
  if ((when !== 'soon' && when !== 'now') || amount === undefined) return undefined;
  if (percent === '%') {
    const failurePercent = parseInteger(amount, 1, 100);
    return failurePercent === undefined ? undefined : { when, failurePercent };
  }
  const failures = parseInteger(amount, 1, Number.MAX_SAFE_INTEGER);
  return failures === undefined ? undefined : { when, failures };
}
