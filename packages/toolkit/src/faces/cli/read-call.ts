import { OptionError } from 'atonce';
import type { SourceGroup } from '../../commands/sources/source-arguments.ts';
import { exitCodes } from '../../operations/exit-codes.ts';
import { type GlobalValues, globalOptions } from '../../operations/global-options.ts';
import type { AnyOperation, CommandLine } from '../../operations/operation.ts';
import { findOperation, operations } from '../../operations/registry.ts';
import { resolveOptions } from '../../operations/resolve-options.ts';
import { checkWords } from './check-words.ts';
import { generalHelp, operationHelp } from './help.ts';
import { nearest } from '../../report/nearest.ts';
import { findFirstWord, parseArguments } from './parse-arguments.ts';
import type { Environment } from './terminal.ts';

/** What a command line asks for. */
export type Call =
  | { readonly kind: 'help'; readonly text: string; readonly exitCode: number }
  | {
      readonly kind: 'operation';
      readonly operation: AnyOperation;
      readonly options: Readonly<Record<string, unknown>> & GlobalValues;
      readonly words: readonly string[];
      readonly sources: readonly SourceGroup[];
      readonly commandLine: CommandLine;
    };

/**
 * Understands a command line.
 *
 * @throws OptionError for anything that is not known, contradictory or missing.
 */
export async function readCall(args: readonly string[], env: Environment): Promise<Call> {
  const at = findFirstWord(args, globalOptions);
  const before = args.slice(0, at);
  const lead = parseArguments(before, globalOptions);
  if (at === undefined) {
    return {
      kind: 'help',
      text: generalHelp(),
      exitCode: lead.help ? exitCodes.ok : exitCodes.usage,
    };
  }
  const after = args.slice(at + 1);
  const verb = args[at] ?? '';
  if (verb === 'help') return helpOf(after[0]);
  const operation = operationNamed(verb);
  if (lead.help) return helpOf(verb);
  return readOperation(operation, { before, after }, env);
}

/** Whether the answer, an error included, is to be a JSON document. */
export function asksForJson(args: readonly string[]): boolean {
  const items = args.findIndex((word) => word.startsWith(':::'));
  return args.slice(0, items === -1 ? undefined : items).includes('--json');
}

async function readOperation(
  operation: AnyOperation,
  commandLine: CommandLine,
  env: Environment,
): Promise<Call> {
  const { command, groups } = await splitItems(operation, commandLine.after);
  const table = { ...globalOptions, ...operation.options };
  const lead = parseArguments(commandLine.before, globalOptions);
  const takesCommand = operation.arguments[0]?.completes === 'command';
  const parsed = parseArguments(command, table, takesCommand ? operation.name : undefined);
  if (parsed.help) return helpOf(operation.name);
  checkWords(operation, parsed);
  const given = new Map([...lead.given, ...parsed.given]);
  const options = resolveOptions(table, given, env) as Record<string, unknown> & GlobalValues;
  return {
    kind: 'operation',
    operation,
    options,
    words: parsed.words,
    sources: groups,
    commandLine,
  };
}

async function splitItems(
  { takesItems }: AnyOperation,
  after: readonly string[],
): Promise<{ readonly command: readonly string[]; readonly groups: readonly SourceGroup[] }> {
  if (!takesItems) return { command: after, groups: [] };
  const { parseSourceArguments } = await import('../../commands/sources/source-arguments.ts');
  return parseSourceArguments(after);
}

function operationNamed(name: string): AnyOperation {
  const operation = findOperation(name);
  if (operation !== undefined) return operation;
  const near = nearest(
    name,
    operations.map((known) => known.name),
  );
  const hint =
    near === undefined
      ? `; there are: ${operations.map((known) => known.name).join(', ')}`
      : `; did you mean ${near}?`;
  throw new OptionError(name, `unknown verb ${JSON.stringify(name)}${hint}`);
}

function helpOf(name: string | undefined): Call {
  const text = name === undefined ? generalHelp() : operationHelp(operationNamed(name));
  return { kind: 'help', text, exitCode: exitCodes.ok };
}
