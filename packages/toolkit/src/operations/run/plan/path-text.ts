import { visibleText } from '../../../report/visible-text.ts';

/** Longer ways are cut in their middle. */
const MOST_NAMES = 12;

/** `install → test → deploy`. */
export function pathText(names: readonly string[]): string {
  const left = names.length - MOST_NAMES;
  const half = MOST_NAMES / 2;
  const shown =
    left > 0
      ? [...names.slice(0, half), `(${left} more)`, ...names.slice(names.length - half)]
      : names;
  return visibleText(shown.join(' → '));
}
