import { OptionError } from 'atonce';
import { type Part, splitAtPlaceholders } from './placeholder.ts';
import { splitWords } from './split-words.ts';

/** A command line with replacement strings, understood once and filled for every item. */
export interface CommandTemplate {
  /** One list of parts per word; with `shell` there is one word, the script. */
  readonly words: readonly (readonly Part[])[];
  readonly shell: boolean;
}

/** How a template is to be understood. */
export interface TemplateOptions {
  /** The words are one script for `/bin/sh`. */
  readonly shell: boolean;
  /** Column names that `{name}` may hold. */
  readonly names: readonly string[];
}

/**
 * Understands a template. One word that is a whole command line is cut into words here, by quotes
 * and backslashes only; a template without any replacement string gets `{}` at its end.
 *
 * @throws OptionError for an empty template, for shell syntax without `shell`, and where an item
 * would become code for a second shell.
 */
export function parseTemplate(
  words: readonly string[],
  { shell, names }: TemplateOptions,
): CommandTemplate {
  if (words.every((word) => word.trim() === '')) {
    throw new OptionError('template', 'There is no command to run');
  }
  if (shell) return { shell, words: [withPlaceholder(words.join(' '), names)] };
  const cut = words.length === 1 ? splitWords(words[0] as string) : words;
  const parts = cut.map((word) => splitAtPlaceholders(word, names));
  if (!parts.flat().some((part) => typeof part !== 'string')) {
    parts.push(splitAtPlaceholders('{}', []));
  }
  refuseCode(cut, parts);
  return { shell, words: parts };
}

/** Braces in a template that look like a column's name but are none, for a warning. */
export function unknownNames(words: readonly string[], names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const left = words
    .flatMap((word) => splitAtPlaceholders(word, names))
    .filter((part) => typeof part === 'string')
    .flatMap((text) => text.match(/\{[A-Za-z_][\w-]*\}/g) ?? []);
  return [...new Set(left)];
}

function withPlaceholder(script: string, names: readonly string[]): Part[] {
  const parts = splitAtPlaceholders(script, names);
  if (parts.some((part) => typeof part !== 'string')) return parts;
  return splitAtPlaceholders(`${script} {}`, names);
}

const SHELL = /^(?:.*\/)?(?:ba|da|z|k|a|mk|fi)?sh$/;

/** `sh -c 'echo {}'` would make code of every item, which no quoting here could prevent. */
function refuseCode(words: readonly string[], parts: readonly (readonly Part[])[]): void {
  const shellAt = words.findIndex((word) => SHELL.test(word));
  const flagAt = words.findIndex((word, at) => at > shellAt && /^-[A-Za-z]*c$/.test(word));
  const code = parts[flagAt + 1];
  if (shellAt === -1 || flagAt === -1 || code === undefined || code.length < 2) return;
  const placeholder = code.find((part) => typeof part !== 'string');
  if (placeholder === undefined) return;
  throw new OptionError(
    'template',
    `${placeholder.text} within the script of \`${words[shellAt]} -c\` would make code of the items; ` +
      'use --shell, or pass it as a parameter: sh -c \'... "$1"\' sh {}',
  );
}
