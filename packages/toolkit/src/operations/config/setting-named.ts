import { OptionError } from 'atonce';
import {
  isSettingName,
  settingGroups,
  type SettingName,
  settingNames,
} from '../../config/settings.ts';
import { nearest } from '../../report/nearest.ts';

/**
 * The setting a person means.
 *
 * @throws OptionError for a name that is none, with the nearest one.
 */
export function settingNamed(word: string): SettingName {
  if (isSettingName(word)) return word;
  if (Object.hasOwn(settingGroups, word)) {
    const inside = settingNames.filter((name) => name.startsWith(`${word}.`)).join(', ');
    throw new OptionError('KEY', `${word} is a group of settings: ${inside}`);
  }
  const near =
    nearest(word.slice(0, 100), settingNames) ??
    settingNames.find((name) => name.slice(name.lastIndexOf('.') + 1) === word);
  const hint =
    near === undefined ? '; atonce config list shows all keys' : `; did you mean ${near}?`;
  throw new OptionError('KEY', `unknown setting ${JSON.stringify(word)}${hint}`);
}
