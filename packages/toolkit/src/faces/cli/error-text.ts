import { isAtonceError } from 'atonce';
import { exitCodes } from '../../operations/exit-codes.ts';
import { visibleText } from '../../report/visible-text.ts';

/** The exit code of an error that ended everything. */
export function exitCodeOf(error: unknown): number {
  if (isAtonceError(error, 'E_OPTION')) return exitCodes.usage;
  return isAtonceError(error) ? exitCodes.failed : exitCodes.internal;
}

/** An error for people: ours says what to do; one that nobody expected says so. */
export function errorText(error: unknown, verbose: boolean): string {
  const isOurs = isAtonceError(error);
  const message = error instanceof Error ? error.message : String(error);
  const stack = verbose && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  if (isOurs) return `${message.split('\n').map(visibleText).join('\n')}${stack}`;
  const hint = verbose ? '' : ' (-v shows where)';
  return `internal error: ${visibleText(message)}${hint}${stack}`;
}
