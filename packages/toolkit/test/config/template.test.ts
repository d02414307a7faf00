import { expect, test } from 'vitest';
import { defaultSettings, settingNames } from '../../src/config/settings.ts';
import { type NamedFile, readSettings } from '../../src/config/sources/read-settings.ts';
import { settingsTemplate } from '../../src/config/template.ts';

const file: NamedFile = { kind: 'project', path: '/p/c.yaml', shown: 'c.yaml' };

test('a fresh file sets nothing', () => {
  const { entries, problems } = readSettings(settingsTemplate(), file);
  expect([entries.size, problems]).toEqual([0, []]);
});

test('a fresh file shows every setting with its default', () => {
  const taken = settingsTemplate().replaceAll(/^( *)# ([a-z][\w ]*: \S+)$/gim, '$1$2');
  const { entries, problems } = readSettings(taken, file);
  expect(problems).toEqual([]);
  const found = Object.fromEntries([...entries].map(([name, { value }]) => [name, value]));
  expect(found).toEqual(defaultSettings);
  expect(entries.size).toBe(settingNames.length);
});

test('no line of a fresh file is wider than 100 columns', () => {
  const wide = settingsTemplate()
    .split('\n')
    .filter((line) => line.length > 100);
  expect(wide).toEqual([]);
});
