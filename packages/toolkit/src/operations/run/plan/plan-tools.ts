import { knownTimeout, knownTimeoutInScript } from '../../../commands/known-commands.ts';
import { OTHER_COMMANDS } from '../../../commands/command-maker.ts';
import { shellQuote } from '../../../commands/template/shell-quote.ts';
import { splitWords } from '../../../commands/template/split-words.ts';
import type { CommandTimeouts } from '../../../config/settings.ts';
import { findModule, parseModuleName } from '../../../modules/find-module.ts';
import type { PlanTools } from '../../../plans/plan-tools.ts';

/** What plans take over from commands and modules. */
export function planTools(timeouts: CommandTimeouts): PlanTools {
  return {
    splitWords,
    quote: shellQuote,
    limitOf(command) {
      const known =
        typeof command === 'string'
          ? knownTimeoutInScript(command, timeouts)
          : knownTimeout(command, timeouts);
      return known ?? { timeoutMs: timeouts['timeouts.default'], reason: OTHER_COMMANDS };
    },
    findFunction(name, folder) {
      const { module, exportName } = parseModuleName(name);
      return { url: findModule(module, folder).href, exportName };
    },
  };
}
