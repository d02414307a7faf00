import { type ErrorCode, isAtonceError } from 'atonce';
import { exitCodes } from '../../operations/exit-codes.ts';
import { visibleText } from '../../report/visible-text.ts';

/** The exit code of an error that ended everything: those of atonce come before anything was run. */
export function exitCodeOf(error: unknown): number {
  return isAtonceError(error) ? exitCodes.usage : exitCodes.internal;
}

/** The command line's words for what the library's messages call by its own. */
const hints: Partial<Record<ErrorCode, string>> = {
  E_JOURNAL_CHANGED: ' On the command line that is --accept-changes.',
  E_JOURNAL_CORRUPT: ' On the command line that is --repair.',
};

/** An error for people: ours says what to do; one that nobody expected says so. */
export function errorText(error: unknown, verbose: boolean): string {
  const isOurs = isAtonceError(error);
  const message = error instanceof Error ? error.message : String(error);
  const stack = verbose && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  if (isOurs) {
    const lines = message.split('\n').map(visibleText).join('\n');
    return `${lines}${hints[error.code] ?? ''}${stack}`;
  }
  const hint = verbose ? '' : ' (-v shows where)';
  return `internal error: ${visibleText(message)}${hint}${stack}`;
}
