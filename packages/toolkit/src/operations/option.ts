import { OptionError } from 'atonce';

/** What a value is, for help pages and for the completion of shells. */
export type OptionKind =
  | 'flag'
  | 'integer'
  | 'duration'
  | 'size'
  | 'jobs'
  | 'rate'
  | 'halt'
  | 'choice'
  | 'text'
  | 'file'
  | 'directory';

/** Another option that cannot be given together with this one, always or with one of its values only. */
export interface Conflict {
  /** Name of the other option as in its table, for instance `keepOrder`. */
  readonly option: string;
  /**
   * Only this value of the other option is contradictory.
   *
   * @defaultValue every value but its default
   */
  readonly value?: string;
  /** Half a sentence that says why, put after the two names. */
  readonly because?: string;
}

/** What every option has beside its type. */
export interface OptionTexts {
  /** One letter, for instance `j` for `-j`. */
  readonly short?: string;
  /** One sentence or two, starting with a capital letter. */
  readonly doc: string;
  /**
   * The option may also be set by its `ATONCE_` environment variable: yes for habits of a user or
   * machine, no for what belongs to one call.
   *
   * @defaultValue false
   */
  readonly env?: boolean;
  /** Options that contradict this one. */
  readonly conflicts?: readonly Conflict[];
  /** Names of options of which at least one must be given with this one. */
  readonly requires?: readonly string[];
  /** What the default is, for people, when its value does not tell. */
  readonly defaultText?: string;
}

/** One option of an operation: everything that parsing, help, completion and reference need. */
export interface Option<T> extends OptionTexts {
  readonly kind: OptionKind;
  /** Stands for the value in help, for instance `N`; empty for flags. */
  readonly placeholder: string;
  /** The words that may be given, for choices and for words among other values. */
  readonly choices: readonly string[];
  /** What the value must be, as the middle of a sentence. */
  readonly expected: string;
  /** The value meant by `text`, or undefined when it means none. */
  readonly parse: (text: string) => T | undefined;
  readonly defaultValue: T;
}

/** An option for each field of an operation's input. */
export type OptionTable<Values> = { readonly [Name in keyof Values]-?: Option<Values[Name]> };

/** Any table of options, for code that handles all operations alike. */
export type AnyOptionTable = Readonly<Record<string, Option<unknown>>>;

/** The option's name on the command line, without dashes: `keepOrder` is `keep-order`. */
export function flagName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The environment variable that sets the option: `keepOrder` is `ATONCE_KEEP_ORDER`. */
export function environmentName(name: string): string {
  return `ATONCE_${flagName(name).replaceAll('-', '_').toUpperCase()}`;
}

/**
 * The option's value for a text a person wrote.
 *
 * @param source - How the person named it, `--jobs` or `ATONCE_JOBS`, for the message.
 * @throws OptionError that names the source, what was expected and what came.
 */
export function parseOption<T>(option: Option<T>, text: string, source: string): T {
  const value = option.parse(text);
  if (value !== undefined) return value;
  throw new OptionError(
    source,
    `${source} must be ${option.expected}, got ${JSON.stringify(text)}`,
  );
}
