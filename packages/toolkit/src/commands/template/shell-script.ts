import { OptionError } from 'atonce';
import type { Part, Placeholder } from './placeholder.ts';
import { doubleQuoted, shellQuote, singleQuoted } from './shell-quote.ts';
import { type Context, ShellScanner } from './shell-scanner.ts';

/** How a value stands at one place of a script. */
export type Quoting = 'plain' | 'single' | 'double' | 'comment';

/** A script cut at its replacement strings, each with the quoting at its place. */
export type ScriptPart = string | { readonly placeholder: Placeholder; readonly quoting: Quoting };

/** Contexts in which no value can be put safely, or not with the meaning its writer has in mind. */
const REFUSED: Partial<Record<Context, string>> = {
  backquotes: 'between backquotes; use $( ) instead',
  parameter: 'within ${ }',
  arithmetic: 'within (( )), where the shell would compute with it',
  ansi: "within $' '",
  test: 'within [[ ]], where the shell would compute with it; use [ ] instead',
  'here-document': 'in a here-document; use printf instead',
  code: 'within the script of a second shell; pass it as a parameter: sh -c \'... "$1"\' sh {}',
};

/**
 * Finds the quoting at every replacement string of a script.
 *
 * @throws OptionError for a place that cannot hold a value.
 */
export function placeInScript(parts: readonly Part[]): ScriptPart[] {
  const text = parts.map((part) => (typeof part === 'string' ? part : part.text)).join('');
  const scanner = new ShellScanner(text);
  let place = 0;
  return parts.map((part) => {
    const at = place;
    place += (typeof part === 'string' ? part : part.text).length;
    if (typeof part === 'string') return part;
    return { placeholder: part, quoting: quotingOf(part, scanner.contextAt(at)) };
  });
}

function quotingOf({ text }: Placeholder, contexts: readonly Context[]): Quoting {
  for (const context of contexts) {
    const reason = REFUSED[context];
    if (reason === undefined) continue;
    throw new OptionError('template', `${text} cannot stand ${reason}`);
  }
  const last = contexts.at(-1);
  return last === 'single' || last === 'double' || last === 'comment' ? last : 'plain';
}

/** A script ready to run: `/bin/sh -c script sh ...values`. */
export interface FilledScript {
  readonly script: string;
  readonly values: readonly string[];
  /** The script with the values written into it, for people. */
  readonly display: string;
}

/**
 * Fills a script. Values never become part of its text: they come as parameters and are moved into
 * variables first, so that functions and `$@` of the script are its own.
 */
export function fillScript(
  parts: readonly ScriptPart[],
  valuesOf: (placeholder: Placeholder) => readonly string[],
): FilledScript {
  const values: string[] = [];
  let text = '';
  let display = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      display += part;
      continue;
    }
    const { placeholder, quoting } = part;
    const each = valuesOf(placeholder);
    const own = quoting === 'plain' ? each : [each.join(' ')];
    const names = own.map((value) => `\${atonce_${values.push(value)}}`);
    text += names.map((name) => inScript(name, quoting)).join(' ');
    display += own.map((value) => forPeople(value, quoting)).join(' ');
  }
  const assignments = values.map((_, at) => `atonce_${at + 1}=\${${at + 1}}`).join(' ');
  const script = values.length === 0 ? text : `${assignments}; shift ${values.length}; ${text}`;
  return { script, values, display };
}

function inScript(name: string, quoting: Quoting): string {
  if (quoting === 'single') return `'"${name}"'`;
  return quoting === 'double' ? name : `"${name}"`;
}

function forPeople(value: string, quoting: Quoting): string {
  if (quoting === 'single') return singleQuoted(value);
  return quoting === 'double' ? doubleQuoted(value) : shellQuote(value);
}
