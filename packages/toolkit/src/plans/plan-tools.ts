import type { TimeLimit } from '../config/values/time-limit.ts';

/** A time limit, and why it holds, for people. */
export interface Limit {
  /** Null for none. */
  readonly timeoutMs: TimeLimit;
  readonly reason: string;
}

/** What plans take over from commands and modules, so that a command means the same everywhere. */
export interface PlanTools {
  /**
   * Cuts a command line into words.
   *
   * @throws OptionError for what only a shell would act upon.
   */
  readonly splitWords: (line: string) => readonly string[];
  /** A word as a person would type it. */
  readonly quote: (word: string) => string;
  /** The limit that settings give to a command, or to all commands of a script. */
  readonly limitOf: (command: readonly string[] | string) => Limit | undefined;
  /**
   * The module that `FILE#EXPORT` names, in a folder.
   *
   * @throws OptionError when there is no such file.
   */
  readonly findFunction: (
    name: string,
    folder: string,
  ) => { readonly url: string; readonly exportName: string };
}
