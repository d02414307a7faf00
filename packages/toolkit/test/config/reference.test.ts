import { expect, test } from 'vitest';
import { variableOf } from '../../src/config/setting.ts';
import {
  defaultSettings,
  isReadByVerbs,
  plainOf,
  settingGroups,
  type SettingName,
  settingNames,
  settings,
} from '../../src/config/settings.ts';

// The reference is made of the definitions. After a change of them: vitest run FILE -u

const introduction = `# Settings

This page is made from the definitions that the command itself is made of; a test compares them. Where settings come
from and which one wins: [configuration](../configuration.md).
`;

function settingItem(name: SettingName): string {
  const { doc, expected } = settings[name];
  const value = plainOf(name, defaultSettings[name]);
  const facts = `Must be ${expected}. Default: ${value}. Environment: \`${variableOf(name)}\`.`;
  const unread = isReadByVerbs(name) ? '' : ' No verb reads it yet; it is for programs.';
  return `- \`${name}\`: ${doc} ${facts}${unread}`;
}

function chapter(group: string): string {
  const isTop = (name: string): boolean => name.startsWith(`${group}.`);
  const about = settingGroups[group] ?? '';
  return [`## ${group}`, '', about, '', ...settingNames.filter(isTop).map(settingItem), ''].join(
    '\n',
  );
}

test('the reference is what the definitions say; vitest -u writes it anew', async () => {
  const groups = Object.keys(settingGroups).filter((group) => !group.includes('.'));
  const page = [introduction, ...groups.map(chapter)].join('\n');
  await expect(page).toMatchFileSnapshot('../../../../docs/reference/settings.md');
});
