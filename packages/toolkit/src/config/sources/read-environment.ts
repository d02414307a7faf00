import { nearest } from '../../report/nearest.ts';
import { type Problem, problemOf } from '../problem.ts';
import { variableOf } from '../setting.ts';
import { settingGroups, type SettingName, settingNames, settingOf } from '../settings.ts';
import type { Entry, Reading } from './reading.ts';

const namesByVariable: ReadonlyMap<string, SettingName> = new Map(
  settingNames.map((name) => [variableOf(name), name]),
);

/** How variables begin that can only be meant as settings: `ATONCE_CACHE_` and the like. */
const prefixes: readonly string[] = Object.keys(settingGroups)
  .filter((group) => !group.includes('.'))
  .map((group) => `${variableOf(group)}_`);

/** The settings of the environment. A variable set to nothing is not set. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Reading {
  const entries = new Map<SettingName, Entry>();
  const problems: Problem[] = [];
  for (const [variable, text] of Object.entries(env)) {
    if (text === undefined || text === '') continue;
    const name = namesByVariable.get(variable);
    if (name === undefined) {
      if (prefixes.some((prefix) => variable.startsWith(prefix))) problems.push(unknown(variable));
      continue;
    }
    const { fromText, expected } = settingOf(name);
    const value = fromText(text);
    const message = `${name} must be ${expected}, got ${JSON.stringify(text.slice(0, 60))}`;
    if (value === undefined) problems.push(problemOf(variable, message, name));
    else entries.set(name, { value, origin: { kind: 'environment', variable } });
  }
  return { entries, problems };
}

function unknown(variable: string): Problem {
  const near = nearest(variable.slice(0, 100), [...namesByVariable.keys()]);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return problemOf(variable, `there is no such setting${hint}`);
}
