import { knownTimeout, knownTimeoutInScript } from './known-commands.ts';
import type { CommandItem } from './item.ts';
import type { CommandRequest } from './request.ts';
import { type FilledCommand, type FillTemplate, templateFiller } from './template/fill-template.ts';
import { parseTemplate, unknownNames } from './template/template.ts';
import type { FillFacts } from './template/values.ts';

/** A command ready to run, with its time limit. */
export interface MadeCommand extends FilledCommand {
  /** Milliseconds; undefined for no limit. */
  readonly timeoutMs: number | undefined;
  /** Why there is a limit: `asked`, or the known slow command, for instance `git push`. */
  readonly timeoutReason: string | undefined;
}

type Limit = Pick<MadeCommand, 'timeoutMs' | 'timeoutReason'>;

const NO_LIMIT: Limit = { timeoutMs: undefined, timeoutReason: undefined };

/** Makes the commands of a run. What names columns may have is known with the first item. */
export class CommandMaker {
  readonly #request: CommandRequest;
  readonly #onWarning: (text: string) => void;
  readonly #fixedLimit: Limit | undefined;
  #fill: FillTemplate | undefined;

  /** @throws OptionError for a template that cannot be understood. */
  constructor(request: CommandRequest, onWarning: (text: string) => void) {
    this.#request = request;
    this.#onWarning = onWarning;
    this.#fixedLimit = fixedLimit(request);
    // Without names, and thrown away: so that a bad template is refused before anything is read.
    this.#filler([]);
  }

  /** @throws AtonceError `E_OPTION` for an item that does not fit the template. */
  make(facts: FillFacts): MadeCommand {
    this.#fill ??= this.#firstFiller(facts.item);
    const filled = this.#fill(facts);
    const limit = this.#fixedLimit ?? known([filled.file, ...filled.args]);
    return { ...filled, ...limit };
  }

  #firstFiller({ named }: CommandItem): FillTemplate {
    const names = Object.keys(named ?? {});
    for (const text of unknownNames(this.#request.template, names)) {
      this.#onWarning(`${text} names no column (${names.join(', ')}) and was left as it stands`);
    }
    return this.#filler(names);
  }

  #filler(names: readonly string[]): FillTemplate {
    const { template, shell } = this.#request;
    return templateFiller(parseTemplate(template, { shell, names }));
  }
}

/** The limit when it is the same for every item; undefined when each command must be looked at. */
function fixedLimit({ timeoutMs, shell, template }: CommandRequest): Limit | undefined {
  if (timeoutMs === null) return NO_LIMIT;
  if (timeoutMs !== undefined) return { timeoutMs, timeoutReason: 'asked' };
  // Items are data for a script, so its commands are known already.
  return shell ? asLimit(knownTimeoutInScript(template.join(' '))) : undefined;
}

function known(words: readonly string[]): Limit {
  return asLimit(knownTimeout(words));
}

function asLimit(found: ReturnType<typeof knownTimeout>): Limit {
  if (found === undefined) return NO_LIMIT;
  return { timeoutMs: found.timeoutMs, timeoutReason: found.reason };
}
