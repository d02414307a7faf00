import { OptionError } from 'atonce';
import type { Invocation, OperationHost } from '../operation.ts';
import type { RunValues } from '../run.ts';

/**
 * Refuses to read items from a keyboard that nobody meant.
 *
 * @throws OptionError when there is no source of items and standard input is a terminal.
 */
export function refuseWaiting(
  { sources, options }: Invocation<RunValues>,
  { terminal }: Pick<OperationHost, 'terminal'>,
): void {
  if (sources.length > 0 || options.argFile !== undefined || !terminal.stdinIsTerminal) return;
  throw new OptionError(
    ':::',
    'there are no items: put them after :::, name files after ::::, or pipe them in' +
      ' (:::: - reads them from the terminal)',
  );
}
