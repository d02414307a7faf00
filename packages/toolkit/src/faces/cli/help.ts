import { exitCodeTable } from '../../operations/exit-codes.ts';
import { globalOptions } from '../../operations/global-options.ts';
import {
  type AnyOptionTable,
  environmentName,
  flagName,
  type Option,
} from '../../operations/option.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import { operations } from '../../operations/registry.ts';
import { wrap } from './wrap.ts';

/** What `atonce --help` prints. */
export function generalHelp(): string {
  const widest = Math.max(...operations.map(({ name }) => name.length));
  const verbs = operations.map(({ name, summary }) => `  ${name.padEnd(widest)}  ${summary}`);
  return [
    'atonce runs many things at once, correctly, and says what came of it.',
    '',
    'Usage: atonce VERB [OPTIONS] ...',
    '',
    ...verbs,
    '',
    'Options of every verb:',
    ...optionLines(globalOptions),
    ...definition('-h, --help', 'Show help; atonce VERB --help for one verb.'),
    ...definition('-V, --version', 'Show the version.'),
    '',
    'Exit codes:',
    ...exitCodeTable.map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`),
    '',
  ].join('\n');
}

/** What `atonce VERB --help` prints. */
export function operationHelp(operation: AnyOperation): string {
  const { name, summary, usage, description, optionGroups, examples } = operation;
  return [
    `atonce ${name}: ${summary}`,
    '',
    ...usage.map((form, index) => `${index === 0 ? 'Usage:' : '      '} atonce ${form}`),
    ...description.flatMap((paragraph) => ['', ...wrap(paragraph, 0)]),
    ...optionGroups.flatMap(({ title, options }) => ['', `${title}:`, ...optionLines(options)]),
    '',
    'Options of every verb:',
    ...optionLines(globalOptions),
    '',
    'Examples:',
    ...examples.flatMap((example) => [`  ${example.command}`, ...wrap(example.doc, 6)]),
    '',
  ].join('\n');
}

function optionLines(table: AnyOptionTable): readonly string[] {
  return Object.entries(table).flatMap(([name, option]) =>
    definition(optionForm(name, option), optionText(name, option)),
  );
}

/** `-j, --jobs N|N%|auto`. */
export function optionForm(name: string, { short, placeholder }: Option<unknown>): string {
  const brief = short === undefined ? '    ' : `-${short}, `;
  const value = placeholder === '' ? '' : ` ${placeholder}`;
  return `${brief}--${flagName(name)}${value}`;
}

/** What the option does, with its default and its environment variable. */
function optionText(name: string, option: Option<unknown>): string {
  const defaultText = defaultOf(option);
  const facts = [
    ...(defaultText === undefined ? [] : [`default: ${defaultText}`]),
    ...(option.env === true ? [environmentName(name)] : []),
  ];
  return facts.length === 0 ? option.doc : `${option.doc} [${facts.join('; ')}]`;
}

/** The default for people; undefined when there is none to speak of. */
export function defaultOf({ defaultText, defaultValue }: Option<unknown>): string | undefined {
  if (defaultText !== undefined) return defaultText;
  if (typeof defaultValue === 'string') return defaultValue;
  return typeof defaultValue === 'number' ? String(defaultValue) : undefined;
}

function definition(term: string, text: string): readonly string[] {
  return [`  ${term}`, ...wrap(text, 10)];
}
