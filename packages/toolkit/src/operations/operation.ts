import type { Readable, Writable } from 'node:stream';
import type { SourceGroup } from '../commands/sources/source-arguments.ts';
import type { JobEvent } from '../runs/report.ts';
import type { Section } from '../report/section.ts';
import type { GlobalValues } from './global-options.ts';
import type { AnyOptionTable, OptionTable } from './option.ts';

/** Words of the command line that are no options. */
export interface ArgumentDefinition {
  /** In help, for instance `COMMAND`. */
  readonly placeholder: string;
  readonly doc: string;
  readonly required: boolean;
  /** Takes all the words that are left. */
  readonly variadic: boolean;
  /** The only words allowed, when there are only some. */
  readonly choices: readonly string[];
  /** What a shell should complete, beside the choices. */
  readonly completes: 'command' | 'nothing';
}

/** A call that people can copy, with what it does. */
export interface Example {
  readonly command: string;
  readonly doc: string;
}

/** A titled part of an operation's options. */
export interface OptionGroup {
  readonly title: string;
  readonly options: AnyOptionTable;
}

/** The command line of a call, to say how to go on after it. */
export interface CommandLine {
  /** Options that stood before the verb. */
  readonly before: readonly string[];
  /** Everything that stood after it. */
  readonly after: readonly string[];
}

/** One call of an operation: what it was asked, in its own types. */
export interface Invocation<Values> {
  readonly options: Values & GlobalValues;
  /** Words before the first `:::`. */
  readonly words: readonly string[];
  /** Item sources in the order written. */
  readonly sources: readonly SourceGroup[];
  readonly commandLine: CommandLine;
}

/** The terminal side of the program an operation runs in. */
export interface TerminalFacts {
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Cells in a line of standard error; undefined without a terminal. */
  readonly columns: number | undefined;
  /** Colours are wanted on standard output. */
  readonly colour: boolean;
  readonly unicode: boolean;
  readonly underCi: boolean;
}

/** What an operation needs of the face that runs it. Operations never touch `process` streams. */
export interface OperationHost {
  readonly stdin: Readable;
  /** Where what jobs print goes. */
  readonly jobStdout: Writable;
  readonly jobStderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: TerminalFacts;
  /** Told what happens to jobs, synchronously. */
  readonly onEvent: (event: JobEvent) => void;
  /** Stop: start nothing new, end what runs gently. */
  readonly signal: AbortSignal;
  /** Stop without waiting. */
  readonly killNow: AbortSignal;
}

/** What an operation found or did. A face turns it into text or JSON. */
export interface OperationResult {
  readonly exitCode: number;
  /** It ended early because it was told to stop: the signal that did so gives the exit code. */
  readonly interrupted: boolean;
  /** The machine's answer: `data` of the JSON document. */
  readonly data: unknown;
  /** The people's answer, on standard output. */
  readonly output: readonly Section[];
  /** What people should know beside the answer, on standard error. */
  readonly notes: readonly Section[];
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
}

/** A verb: one definition from which command line, help, completion and reference are derived. */
export interface Operation<Values> {
  readonly name: string;
  /** A line for lists, without a full stop. */
  readonly summary: string;
  /** Paragraphs for the help page. */
  readonly description: readonly string[];
  /** Call forms, without the program's name. */
  readonly usage: readonly string[];
  readonly arguments: readonly ArgumentDefinition[];
  /** Takes items after `:::` and `::::`. */
  readonly takesItems: boolean;
  readonly optionGroups: readonly OptionGroup[];
  /** All of its own options, those of the groups. */
  readonly options: OptionTable<Values>;
  readonly examples: readonly Example[];
  /** Does it. What it needs is loaded when it is called. */
  run(invocation: Invocation<Values>, host: OperationHost): Promise<OperationResult>;
}

/** An operation whose own types are not known here. */
export type AnyOperation = Omit<Operation<Record<string, unknown>>, 'options' | 'run'> & {
  readonly options: AnyOptionTable;
  run(invocation: Invocation<never>, host: OperationHost): Promise<OperationResult>;
};
