import { globalOptions } from '../global-options.ts';
import { type AnyOptionTable, flagName, type Option } from '../option.ts';
import type { AnyOperation } from '../operation.ts';

/** What shells complete after an option: nothing to guess, one of a few words, or a path. */
export interface CompletableOption {
  /** Without dashes. */
  readonly name: string;
  readonly short: string | undefined;
  readonly doc: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  readonly completes: 'nothing' | 'file' | 'directory';
}

/** A verb as completion sees it. */
export interface CompletableVerb {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletableOption[];
  /** Words that the first argument may be. */
  readonly words: readonly string[];
  readonly takesCommand: boolean;
  readonly takesItems: boolean;
}

/** Everything a completion script is made of. */
export interface Completable {
  readonly verbs: readonly CompletableVerb[];
  readonly globalOptions: readonly CompletableOption[];
}

/** The script for `bash`, `zsh` or `fish`. */
export async function completionScript(shell: string): Promise<string> {
  const { operations } = await import('../registry.ts');
  const completable = toCompletable(operations);
  if (shell === 'bash') return (await import('./bash.ts')).bashScript(completable);
  if (shell === 'zsh') return (await import('./zsh.ts')).zshScript(completable);
  return (await import('./fish.ts')).fishScript(completable);
}

/** What completion needs of the definitions. */
export function toCompletable(operations: readonly AnyOperation[]): Completable {
  return {
    verbs: operations.map(toVerb),
    globalOptions: toOptions(globalOptions),
  };
}

function toVerb(operation: AnyOperation): CompletableVerb {
  const { name, summary, options, arguments: words, takesItems } = operation;
  return {
    name,
    summary,
    options: [...toOptions(options), ...toOptions(globalOptions)],
    words: words[0]?.choices ?? [],
    takesCommand: words[0]?.completes === 'command',
    takesItems,
  };
}

const help: CompletableOption = {
  name: 'help',
  short: 'h',
  doc: 'Show help.',
  takesValue: false,
  choices: [],
  completes: 'nothing',
};

function toOptions(table: AnyOptionTable): readonly CompletableOption[] {
  const own = Object.entries(table).map(([name, option]) => toOption(name, option));
  return table === (globalOptions as AnyOptionTable) ? [...own, help] : own;
}

function toOption(name: string, option: Option<unknown>): CompletableOption {
  const { kind, short, doc, choices } = option;
  const completes = kind === 'file' || kind === 'directory' ? kind : 'nothing';
  const takesValue = kind !== 'flag';
  return { name: flagName(name), short, doc, takesValue, choices, completes };
}
