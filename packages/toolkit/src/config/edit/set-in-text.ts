import { ConfigError } from '../config-error.ts';
import { problemOf } from '../problem.ts';
import { defaultSettings, plainOf, type SettingName } from '../settings.ts';
import type { Plain } from '../setting.ts';
import { type NamedFile, readSettings } from '../sources/read-settings.ts';
import type { Entries } from '../sources/reading.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import { editedTexts } from './edited-texts.ts';

/** A setting and the value it gets. */
export interface Change {
  readonly name: SettingName;
  readonly value: unknown;
}

/**
 * The text of a settings file with one setting changed and all others as they were.
 *
 * @throws ConfigError when something else in the file is wrong, or when its form is such that only a
 * person can change it.
 */
export function setInText(text: string, { name, value }: Change, file: NamedFile): string {
  const before = readSettings(text, file);
  const others = before.problems.filter(({ setting }) => setting !== name);
  if (others.length > 0) throw new ConfigError(others);
  const plain = plainOf(name, value);
  const wanted = plainValues(before.entries).set(name, plain);
  const commented = plainOf(name, defaultSettings[name]);
  const edit = { path: name.split('.'), value: plain, commented };
  for (const proposal of editedTexts(parseYaml(text), edit)) {
    const { entries, problems } = readSettings(proposal, file);
    if (problems.length === 0 && isSame(plainValues(entries), wanted)) return proposal;
  }
  const message = `${name} cannot be changed without changing other settings; edit the file by hand`;
  throw new ConfigError([problemOf(file.shown, message, name)]);
}

function plainValues(entries: Entries): Map<SettingName, Plain> {
  return new Map([...entries].map(([name, entry]) => [name, plainOf(name, entry.value)]));
}

function isSame(a: ReadonlyMap<string, Plain>, b: ReadonlyMap<string, Plain>): boolean {
  return a.size === b.size && [...a].every(([name, value]) => b.get(name) === value);
}
