import { OptionError } from 'atonce';
import {
  type AnyOptionTable,
  environmentName,
  flagName,
  type Option,
  parseOption,
} from './option.ts';

/** An option as somebody gave it. */
export interface GivenOption {
  /** As it was written, for messages: `--jobs`, `-j` or `ATONCE_JOBS`. */
  readonly source: string;
  /** The text of its value; `true` and `false` for flags. */
  readonly text: string;
}

/**
 * The value of every option: as given, else from the environment, else its default.
 *
 * @throws OptionError for a value that means nothing, for options that contradict each other and
 * for an option that makes no sense without another.
 */
export function resolveOptions(
  table: AnyOptionTable,
  given: ReadonlyMap<string, GivenOption>,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> {
  const all = new Map([...fromEnvironment(table, env), ...given]);
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(table)) {
    const one = all.get(name);
    values[name] =
      one === undefined ? option.defaultValue : parseOption(option, one.text, one.source);
  }
  const isOn = (name: string): boolean => all.has(name) && values[name] !== false;
  for (const [name, option] of Object.entries(table)) {
    const one = all.get(name);
    if (one === undefined || !isOn(name)) continue;
    refuseConflicts(one, option, all, isOn);
    refuseLonely(one, option, isOn);
  }
  return values;
}

function fromEnvironment(
  table: AnyOptionTable,
  env: Readonly<Record<string, string | undefined>>,
): Map<string, GivenOption> {
  const found = new Map<string, GivenOption>();
  for (const [name, option] of Object.entries(table)) {
    const source = environmentName(name);
    const text = option.env === true ? env[source] : undefined;
    // Set to nothing is how shells unset a variable for one command.
    if (text !== undefined && text !== '') found.set(name, { source, text });
  }
  return found;
}

function refuseConflicts(
  one: GivenOption,
  option: Option<unknown>,
  all: ReadonlyMap<string, GivenOption>,
  isOn: (name: string) => boolean,
): void {
  for (const conflict of option.conflicts ?? []) {
    const other = all.get(conflict.option);
    if (other === undefined || !isOn(conflict.option)) continue;
    if (conflict.value !== undefined && conflict.value !== other.text) continue;
    const what = conflict.value === undefined ? other.source : `${other.source} ${conflict.value}`;
    const why = conflict.because === undefined ? '' : `: ${conflict.because}`;
    throw new OptionError(one.source, `${one.source} and ${what} contradict each other${why}`);
  }
}

function refuseLonely(
  one: GivenOption,
  option: Option<unknown>,
  isOn: (name: string) => boolean,
): void {
  const { requires = [] } = option;
  if (requires.length === 0 || requires.some((name) => isOn(name))) return;
  const names = requires.map((name) => `--${flagName(name)}`).join(' or ');
  throw new OptionError(one.source, `${one.source} needs ${names}`);
}
