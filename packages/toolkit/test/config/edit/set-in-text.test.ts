import fc from 'fast-check';
import { expect, test } from 'vitest';
import { setInText } from '../../../src/config/edit/set-in-text.ts';
import {
  plainOf,
  type SettingName,
  settingNames,
  settingOf,
} from '../../../src/config/settings.ts';
import { type NamedFile, readSettings } from '../../../src/config/sources/read-settings.ts';
import { settingsTemplate } from '../../../src/config/template.ts';
import { setCases, someSettings } from '../arbitrary-settings.ts';
import { yamlOf } from '../yaml-of.ts';

const file: NamedFile = { kind: 'project', path: '/p/c.yaml', shown: 'c.yaml' };

function set(text: string, name: SettingName, value: string): string {
  return setInText(text, { name, value: settingOf(name).fromText(value) }, file);
}

test.each([
  ['an empty text', '', 'cache:\n  store: files\n'],
  ['comments only', '# mine\n', '# mine\ncache:\n  store: files\n'],
  ['comments without a line end', '# mine', '# mine\ncache:\n  store: files\n'],
  ['an empty document', '---\n', '---\ncache:\n  store: files\n'],
  ['another value', 'cache:\n  store:   memory # why\n', 'cache:\n  store:   files # why\n'],
  ['a quoted value', 'cache: {store: "memory"} # why\n', 'cache: {store: files} # why\n'],
  ['a wrong value', 'cache:\n  store: redis\n', 'cache:\n  store: files\n'],
  ['a missing value', 'cache:\n  store:\n', 'cache:\n  store: files\n'],
  [
    'an empty group',
    'cache: # what\n\nparallel: {}\n',
    'cache: # what\n  store: files\n\nparallel: {}\n',
  ],
  ['a group at the end', 'cache:', 'cache:\n  store: files'],
  [
    'a group with others',
    'cache:\n    enabled: true # on\n    # end\nparallel: {}\n',
    'cache:\n    enabled: true # on\n    store: files\n    # end\nparallel: {}\n',
  ],
  [
    'another group',
    'parallel:\n  enabled: true\n# end\n',
    'parallel:\n  enabled: true\ncache:\n  store: files\n# end\n',
  ],
  [
    'line ends of Windows',
    'cache:\r\n  enabled: true\r\n',
    'cache:\r\n  enabled: true\r\n  store: files\r\n',
  ],
  [
    'its commented default',
    'cache:\n  # about\n  # store: memory\n  # end\n',
    'cache:\n  # about\n  store: files\n  # end\n',
  ],
  [
    'a comment that says something else',
    'cache:\n  # store: in memory\n',
    'cache:\n  store: files\n  # store: in memory\n',
  ],
  [
    'a flow mapping',
    'cache: { enabled: true } # why\n',
    'cache: { enabled: true, store: files } # why\n',
  ],
  [
    'an end marker',
    'cache:\n  enabled: true\n...\n',
    'cache:\n  enabled: true\n  store: files\n...\n',
  ],
])('a setting is set in a text with %s', (_what, before, after) => {
  expect(set(before, 'cache.store', 'files')).toBe(after);
});

test('groups within groups are made as far as they are missing', () => {
  expect(set('', 'parallel.pools.io', '5')).toBe('parallel:\n  pools:\n    io: 5\n');
  expect(set('parallel:\n  enabled: true\n', 'parallel.pools.io', '5')).toBe(
    'parallel:\n  enabled: true\n  pools:\n    io: 5\n',
  );
  expect(set('parallel:\n  pools:\n    db: 2\ncache:\n', 'parallel.pools.io', '5')).toBe(
    'parallel:\n  pools:\n    db: 2\n    io: 5\ncache:\n',
  );
});

test('a name with a space is an ordinary name', () => {
  const text = set('', 'timeouts.git push', '90s');
  expect(text).toBe('timeouts:\n  git push: 90s\n');
  expect(set(text, 'timeouts.git push', '120s')).toBe('timeouts:\n  git push: 2m\n');
});

test('a value of its own takes the place of an alias', () => {
  const text = 'session:\n  checkpointIntervalSeconds: &a 60\ncache:\n  ttlSeconds: *a\n';
  expect(set(text, 'cache.ttlSeconds', '5')).toContain('ttlSeconds: 5\n');
});

test('a value that others refer to is not changed', () => {
  const text = 'session:\n  checkpointIntervalSeconds: &a 60\ncache:\n  ttlSeconds: *a\n';
  expect(() => set(text, 'session.checkpointIntervalSeconds', '5')).toThrow(
    'c.yaml: session.checkpointIntervalSeconds cannot be changed without changing other settings',
  );
});

test('a text with other mistakes is left to its writer, who hears of all of them', () => {
  expect(() => set('cache: {stor: 1, ttlSeconds: x}\n', 'cache.enabled', 'no')).toThrow(
    /2 problems:\n {2}c\.yaml:1:9: unknown setting cache\.stor.*\n {2}c\.yaml:1:30: cache\.ttl/,
  );
  expect(() => set('a: b: c', 'cache.enabled', 'no')).toThrow('c.yaml:1:4: Nested mappings');
});

test('in a fresh file every setting takes the place of its commented default', () => {
  const fresh = settingsTemplate();
  let text = fresh;
  for (const name of settingNames) {
    const { fromPlain } = settingOf(name);
    const value = ['files', false, 7].map(fromPlain).find((one) => one !== undefined);
    text = setInText(text, { name, value }, file);
  }
  const lines = (one: string): number => one.split('\n').length;
  expect(lines(text)).toBe(lines(fresh));
  expect(readSettings(text, file).entries.size).toBe(settingNames.length);
});

const styles = fc.record({
  flow: fc.boolean(),
  step: fc.constantFrom(1, 2, 4),
  comments: fc.boolean(),
});
const lineEnds = fc.constantFrom('\n', '\r\n');

test('what is set is what is read, nothing else changes, and every comment stays', () => {
  fc.assert(
    fc.property(someSettings, styles, lineEnds, fc.array(setCases), (before, style, end, sets) => {
      const original = yamlOf(before, style).replaceAll('\n', end);
      const wanted = new Map([...before].map(([name, { plain }]) => [name, plain]));
      let text = original;
      for (const { name, value, plain } of sets) {
        text = setInText(text, { name, value }, file);
        wanted.set(name, plain);
      }
      const { entries, problems } = readSettings(text, file);
      expect(problems).toEqual([]);
      const found = [...entries].map(
        ([name, entry]) => [name, plainOf(name, entry.value)] as const,
      );
      expect(new Map(found)).toEqual(wanted);
      expect(commentsOf(text)).toEqual(commentsOf(original));
      if (original !== '') expect(text.replaceAll(end, '')).not.toMatch(/[\r\n]/);
    }),
  );
});

test('lines that are not about the setting stay as they are', () => {
  const blocks = fc.record({ step: fc.constantFrom(1, 2, 4), comments: fc.boolean() });
  fc.assert(
    fc.property(someSettings, blocks, setCases, (before, style, { name, value }) => {
      const original = yamlOf(before, style).split('\n');
      const lines = setInText(original.join('\n'), { name, value }, file).split('\n');
      const kept = original.filter((line) => lines.includes(line)).length;
      const changed = before.has(name) ? 1 : 0;
      expect(kept).toBeGreaterThanOrEqual(original.length - changed);
    }),
  );
});

function commentsOf(text: string): string[] {
  return [...text.matchAll(/# [^\r\n]*/g)].map(([comment]) => comment).toSorted();
}
