import { isAtonceError } from 'atonce';
import { checkRequest } from './check-request.ts';
import { CommandMaker } from './command-maker.ts';
import type { CommandRequest } from './request.ts';

/** A command as it would be run. */
export interface PlannedCommand {
  readonly sequence: number;
  /** As a person would type it; empty when there is a `problem`. */
  readonly command: string;
  /** Milliseconds; undefined for no limit. */
  readonly timeoutMs: number | undefined;
  /** Why there is a limit: `asked`, the known slow command, for instance `git push`, or `timeouts.default`. */
  readonly timeoutReason: string | undefined;
  /** Why the item cannot be run. */
  readonly problem: string | undefined;
}

/**
 * The commands a request would run, in input order, without running any. `{%}` is 1 here, for slots
 * are given out while running.
 *
 * @throws OptionError, when first read, for a request that would be refused.
 */
export async function* planCommands(request: CommandRequest): AsyncGenerator<PlannedCommand> {
  checkRequest(request);
  const maker = new CommandMaker(request, () => undefined);
  let sequence = 0;
  for await (const item of request.items) {
    sequence++;
    try {
      const { command, timeoutMs, timeoutReason } = maker.make({ item, sequence, slot: 1 });
      yield { sequence, command, timeoutMs, timeoutReason, problem: undefined };
    } catch (error) {
      if (!isAtonceError(error, 'E_OPTION')) throw error;
      const problem = error.message;
      yield { sequence, command: '', timeoutMs: undefined, timeoutReason: undefined, problem };
    }
  }
}
