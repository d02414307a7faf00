import { parseArgs } from 'node:util';
import { OptionError } from 'atonce';
import { type AnyOptionTable, flagName, type Option } from '../../operations/option.ts';
import type { GivenOption } from '../../operations/resolve-options.ts';
import { nearest } from '../../report/nearest.ts';

/** What a command line says, before any value is looked at. */
export interface ParsedArguments {
  readonly given: ReadonlyMap<string, GivenOption>;
  readonly words: readonly string[];
  /** The first word stood after `--`, so all of them are meant word by word. */
  readonly wordsAreVerbatim: boolean;
  /** An option that followed a word, as it was written; undefined when all came first. */
  readonly optionAfterWord: string | undefined;
  /** `-h` or `--help` was given. */
  readonly help: boolean;
}

interface NamedOption {
  readonly name: string;
  readonly option: Option<unknown>;
}

/**
 * Cuts a command line into options and words. `verb` is given where the words are a command, whose
 * options may be taken for ours.
 *
 * @throws OptionError for an option that is not in the table, naming the nearest one that is, for a
 * missing value, and for a value given to a flag.
 */
export function parseArguments(
  args: readonly string[],
  table: AnyOptionTable,
  verb?: string,
): ParsedArguments {
  const { tokens } = tokenize(args, table);
  const named = byFlag(table);
  const given = new Map<string, GivenOption>();
  const words: string[] = [];
  let help = false;
  let terminatorAt: number | undefined;
  let optionAfterWord: string | undefined;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') terminatorAt ??= words.length;
    else if (token.kind === 'positional') words.push(token.value);
    else {
      if (words.length > 0) optionAfterWord ??= token.rawName;
      if (token.name === 'help') help = true;
      else if (!acceptOption(token, named, given))
        throw unknownOption(token.rawName, named, commandHint(verb, words));
    }
  }
  return { given, words, wordsAreVerbatim: terminatorAt === 0, optionAfterWord, help };
}

/** Where the first word stands, which is the verb, or undefined when there are only options. */
export function findFirstWord(args: readonly string[], table: AnyOptionTable): number | undefined {
  return tokenize(args, table).tokens.find(({ kind }) => kind === 'positional')?.index;
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

/** Takes note of an option; false when it is not in the table. */
function acceptOption(
  token: OptionToken,
  named: ReadonlyMap<string, NamedOption>,
  given: Map<string, GivenOption>,
): boolean {
  const { name: written, rawName: source, value } = token;
  const negated = written.startsWith('no-') ? named.get(written.slice(3)) : undefined;
  const found = named.get(written) ?? (negated?.option.kind === 'flag' ? negated : undefined);
  if (found === undefined) return false;
  const { name, option } = found;
  if (option.kind === 'flag') {
    if (value !== undefined)
      throw new OptionError(source, `${source} takes no value, got ${value}`);
    given.set(name, { source, text: found === negated ? 'false' : 'true' });
    return true;
  }
  if (value === undefined) throw new OptionError(source, `${source} needs ${option.expected}`);
  if (token.inlineValue !== true && value.startsWith('-') && value !== '-') {
    const hint = `write --${flagName(name)}=${value} if that is its value`;
    throw new OptionError(source, `${source} needs ${option.expected}, got ${value}; ${hint}`);
  }
  given.set(name, { source, text: value });
  return true;
}

function unknownOption(
  source: string,
  named: ReadonlyMap<string, NamedOption>,
  otherwise: string,
): OptionError {
  const near = source.startsWith('--') ? nearest(source.slice(2), [...named.keys()]) : undefined;
  const hint = near === undefined ? '' : `; did you mean --${near}?`;
  return new OptionError(source, `unknown option ${source}${hint}${otherwise}`);
}

/** An option after a bare command was perhaps meant for that. */
function commandHint(verb: string | undefined, words: readonly string[]): string {
  const [program] = words;
  if (verb === undefined || program === undefined || isCommandLine(words)) return '';
  return ` (words of the command go after -- or into quotes: atonce ${verb} OPTIONS -- ${program} ...)`;
}

/** One quoted command line leaves no doubt what belongs to it. */
export function isCommandLine(words: readonly string[]): boolean {
  return words.length === 1 && /[\s{]/.test(words[0] as string);
}

function byFlag(table: AnyOptionTable): Map<string, NamedOption> {
  return new Map(
    Object.entries(table).map(([name, option]) => [flagName(name), { name, option }] as const),
  );
}

interface Tokens {
  readonly tokens: readonly (
    | (OptionToken & { readonly kind: 'option'; readonly index: number })
    | { readonly kind: 'positional'; readonly value: string; readonly index: number }
    | { readonly kind: 'option-terminator'; readonly index: number }
  )[];
}

function tokenize(args: readonly string[], table: AnyOptionTable): Tokens {
  const options: Record<string, { type: 'boolean' | 'string'; short?: string }> = {
    help: { type: 'boolean', short: 'h' },
  };
  for (const [name, { kind, short }] of Object.entries(table)) {
    const type = kind === 'flag' ? 'boolean' : 'string';
    options[flagName(name)] = short === undefined ? { type } : { type, short };
  }
  // Not strict: a person gets our messages, which know the nearest option and what a value must be.
  return parseArgs({ args: [...args], options, strict: false, tokens: true }) as Tokens;
}
