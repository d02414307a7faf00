import { OptionError } from 'atonce';
import type { AnyOperation } from '../../operations/operation.ts';
import { nearest } from '../../report/nearest.ts';
import { isCommandLine, type ParsedArguments } from './parse-arguments.ts';

/**
 * Refuses words that the operation does not take.
 *
 * @throws OptionError for a missing, unknown or surplus word, and for an option that may belong to
 * the command it follows.
 */
export function checkWords(operation: AnyOperation, parsed: ParsedArguments): void {
  const { arguments: definitions, name } = operation;
  const { words } = parsed;
  // With a plan the words are names of tasks, which have no options.
  const takesCommand = definitions[0]?.completes === 'command' && !parsed.given.has('file');
  if (takesCommand) refuseAmbiguousOption(name, parsed);
  for (const [index, definition] of definitions.entries()) {
    const word = words[index];
    const { placeholder, choices, required } = definition;
    if (word === undefined) {
      if (!required) return;
      const which = choices.length > 0 ? `: ${choices.join(', ')}` : '';
      throw new OptionError(placeholder, `atonce ${name} needs ${placeholder}${which}`);
    }
    if (choices.length > 0 && !choices.includes(word)) {
      const near = nearest(word, choices);
      const hint = near === undefined ? '' : `; did you mean ${near}?`;
      const expected = `one of ${choices.join(', ')}`;
      throw new OptionError(
        placeholder,
        `${placeholder} must be ${expected}, got ${JSON.stringify(word)}${hint}`,
      );
    }
  }
  const isVariadic = definitions.at(-1)?.variadic === true;
  const surplus = isVariadic ? undefined : words[definitions.length];
  if (surplus === undefined) return;
  throw new OptionError(name, `atonce ${name} takes no ${JSON.stringify(surplus)}`);
}

/**
 * In `atonce run gzip -k {}` the `-k` may be meant for gzip, and taking it for ours would do
 * something else than was asked, without a word.
 */
function refuseAmbiguousOption(name: string, { words, optionAfterWord }: ParsedArguments): void {
  const [first = ''] = words;
  if (optionAfterWord === undefined) return;
  if (isCommandLine(words)) return;
  throw new OptionError(
    optionAfterWord,
    `is ${optionAfterWord} meant for atonce or for ${first}? Put options of atonce first and -- ` +
      `before the command (atonce ${name} OPTIONS -- ${first} ...), or quote the command as one word`,
  );
}
