import { SCHEMA_URL } from './json-schema.ts';
import {
  defaultSettings,
  plainOf,
  settingGroups,
  type SettingName,
  settingNames,
  settings,
} from './settings.ts';

/** The line that tells editors which schema the file follows. */
const SCHEMA_LINE = `# yaml-language-server: $schema=${SCHEMA_URL}`;

/** A settings file in which every setting is explained and none is set. */
export function settingsTemplate(): string {
  const lines = [
    SCHEMA_LINE,
    '# Settings of atonce. What is commented out is the default: take away the # to change it.',
    '# What holds and where it came from: atonce config list --show-origin',
  ];
  const begun = new Set<string>();
  for (const name of settingNames) {
    lines.push(...groupLines(name, begun), ...settingLines(name));
  }
  return `${lines.join('\n')}\n`;
}

/** The lines that begin the groups in which a setting stands, where they have not begun yet. */
function groupLines(name: SettingName, begun: Set<string>): readonly string[] {
  const words = name.split('.').slice(0, -1);
  return words.flatMap((word, depth) => {
    const group = words.slice(0, depth + 1).join('.');
    if (begun.has(group)) return [];
    begun.add(group);
    const indent = '  '.repeat(depth);
    return [
      ...(depth === 0 ? [''] : []),
      `${indent}# ${settingGroups[group] ?? ''}`,
      `${indent}${word}:`,
    ];
  });
}

function settingLines(name: SettingName): readonly string[] {
  const words = name.split('.');
  const indent = '  '.repeat(words.length - 1);
  const value = plainOf(name, defaultSettings[name]);
  return [`${indent}# ${settings[name].doc}`, `${indent}# ${words.at(-1) ?? ''}: ${value}`];
}
