import { type CommandTimeouts, defaultSettings } from '../config/settings.ts';
import { type KnownTimeout, knownTimeout, knownTimeoutInScript } from './known-commands.ts';
import type { CommandItem } from './item.ts';
import type { CommandRequest } from './request.ts';
import { type FilledCommand, type FillTemplate, templateFiller } from './template/fill-template.ts';
import { parseTemplate, unknownNames } from './template/template.ts';
import type { FillFacts } from './template/values.ts';

/** A command ready to run, with its time limit. */
export interface MadeCommand extends FilledCommand {
  /** Milliseconds; undefined for no limit. */
  readonly timeoutMs: number | undefined;
  /** Why there is a limit: `asked`, the known slow command, for instance `git push`, or `timeouts.default`. */
  readonly timeoutReason: string | undefined;
}

type Limit = Pick<MadeCommand, 'timeoutMs' | 'timeoutReason'>;

/** Why a command has a limit that is none of the known ones. */
export const OTHER_COMMANDS = 'timeouts.default';

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
    const limit = this.#fixedLimit ?? this.#limitOf([filled.file, ...filled.args]);
    return { ...filled, ...limit };
  }

  #limitOf(words: readonly string[]): Limit {
    const { timeouts = defaultSettings } = this.#request;
    return asLimit(knownTimeout(words, timeouts), timeouts);
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
function fixedLimit(request: CommandRequest): Limit | undefined {
  const { timeoutMs, timeouts = defaultSettings, shell, template } = request;
  if (timeoutMs === null) return NO_LIMIT;
  if (timeoutMs !== undefined) return { timeoutMs, timeoutReason: 'asked' };
  // Items are data for a script, so its commands are known already.
  return shell ? asLimit(knownTimeoutInScript(template.join(' '), timeouts), timeouts) : undefined;
}

/** That of the known command, else the one for all others. */
function asLimit(found: KnownTimeout | undefined, timeouts: CommandTimeouts): Limit {
  const timeoutMs = found === undefined ? timeouts['timeouts.default'] : found.timeoutMs;
  if (timeoutMs === null) return NO_LIMIT;
  return { timeoutMs, timeoutReason: found?.reason ?? OTHER_COMMANDS };
}
