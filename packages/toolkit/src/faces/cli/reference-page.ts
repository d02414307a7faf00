import { exitCodeTable } from '../../operations/exit-codes.ts';
import { globalOptions } from '../../operations/global-options.ts';
import { type AnyOptionTable, environmentName, type Option } from '../../operations/option.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import { defaultOf, optionForm } from './help.ts';

/** The reference of the command in Markdown, made from the same definitions as parsing and help. */
export function referencePage(operations: readonly AnyOperation[]): string {
  return [
    '# The `atonce` command',
    '',
    'This page is made from the definitions that the command itself is made of; a test compares them.',
    '',
    'Data goes to standard output, everything for people to standard error. An option wins over its',
    'environment variable, and that over the default. A flag that a variable has set is unset with',
    '`--no-FLAG`. Durations are written `500ms`, `10s`, `2m`, `1h`; a bare number is seconds.',
    '',
    ...operations.flatMap(operationPart),
    '## Options of every verb',
    '',
    ...optionList(globalOptions),
    '## Exit codes',
    '',
    ...exitCodeTable.map(({ code, meaning }) => `- \`${code}\`: ${escapeMarkdown(meaning)}`),
    '',
  ].join('\n');
}

function operationPart(operation: AnyOperation): readonly string[] {
  const { name, summary, description, usage, optionGroups, examples } = operation;
  return [
    `## atonce ${name}`,
    '',
    `${escapeMarkdown(summary.charAt(0).toUpperCase() + summary.slice(1))}.`,
    '',
    ...codeBlock(usage.map((form) => `atonce ${form}`)),
    ...description.flatMap((paragraph) => [escapeMarkdown(paragraph), '']),
    ...optionGroups.flatMap(({ title, options }) => [`### ${title}`, '', ...optionList(options)]),
    '### Examples',
    '',
    ...examples.flatMap(({ command, doc }) => [escapeMarkdown(doc), '', ...codeBlock([command])]),
  ];
}

function codeBlock(lines: readonly string[]): readonly string[] {
  return ['```sh', ...lines, '```', ''];
}

function optionList(table: AnyOptionTable): readonly string[] {
  return [...Object.entries(table).map(([name, option]) => optionItem(name, option)), ''];
}

function optionItem(name: string, option: Option<unknown>): string {
  const defaultText = defaultOf(option);
  const facts = [
    ...(defaultText === undefined ? [] : [`Default: ${escapeMarkdown(defaultText)}.`]),
    ...(option.env === true ? [`Environment: \`${environmentName(name)}\`.`] : []),
  ];
  const form = optionForm(name, option).trim();
  return [`- \`${form}\`: ${escapeMarkdown(option.doc)}`, ...facts].join(' ');
}

/** Signs that Markdown would take for its own. */
function escapeMarkdown(text: string): string {
  return text.replace(/[*_`<>[\]|\\]/g, '\\$&');
}
