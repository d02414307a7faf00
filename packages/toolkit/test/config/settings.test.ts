import fc from 'fast-check';
import { expect, test } from 'vitest';
import { variableOf } from '../../src/config/setting.ts';
import {
  defaultSettings,
  plainOf,
  settingGroups,
  settingNames,
  settingOf,
} from '../../src/config/settings.ts';
import { environmentName } from '../../src/operations/option.ts';
import { globalOptions } from '../../src/operations/global-options.ts';
import { operations } from '../../src/operations/registry.ts';
import { setCases } from './arbitrary-settings.ts';

test.each(settingNames)('the default of %s is a value that the setting itself accepts', (name) => {
  const plain = plainOf(name, defaultSettings[name]);
  expect(settingOf(name).fromPlain(plain)).toEqual(defaultSettings[name]);
  expect(settingOf(name).fromText(String(plain))).toEqual(defaultSettings[name]);
});

test('every value survives being written and read, as text and in a file', () => {
  fc.assert(
    fc.property(setCases, ({ name, value, plain }) => {
      expect(settingOf(name).fromPlain(plain)).toEqual(value);
      expect(settingOf(name).fromText(String(plain))).toEqual(value);
    }),
  );
});

test('no text and no plain value makes a setting throw', () => {
  const anything = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.maxSafeInteger());
  fc.assert(
    fc.property(fc.constantFrom(...settingNames), anything, (name, plain) => {
      const { fromPlain, fromText, toPlain } = settingOf(name);
      for (const value of [fromPlain(plain), fromText(String(plain))]) {
        if (value !== undefined) expect(fromPlain(toPlain(value))).toEqual(value);
      }
    }),
  );
});

test('variables of settings are named after them and are no variables of options', () => {
  expect(variableOf('parallel.pools.io')).toBe('ATONCE_PARALLEL_POOLS_IO');
  expect(variableOf('cache.ttlSeconds')).toBe('ATONCE_CACHE_TTL_SECONDS');
  expect(variableOf('timeouts.git push')).toBe('ATONCE_TIMEOUTS_GIT_PUSH');
  const options = operations.flatMap((operation) => Object.keys(operation.options));
  const taken = new Set([...options, ...Object.keys(globalOptions)].map(environmentName));
  const variables = settingNames.map(variableOf);
  expect(new Set(variables).size).toBe(settingNames.length);
  expect(variables.filter((variable) => taken.has(variable))).toEqual([]);
  const prefixes = Object.keys(settingGroups).map((group) => `${variableOf(group)}_`);
  const caught = [...taken].filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  expect(caught).toEqual([]);
});

test('every group is described, and texts are sentences without a line end', () => {
  const groups = new Set(settingNames.flatMap(groupsAround));
  expect(new Set(Object.keys(settingGroups))).toEqual(groups);
  const docs = [
    ...settingNames.map((name) => settingOf(name).doc),
    ...Object.values(settingGroups),
  ];
  expect(docs.filter((doc) => !/^[A-Z][^\n]*\.$/.test(doc))).toEqual([]);
  expect(settingNames.filter((name) => name in settingGroups)).toEqual([]);
});

function groupsAround(name: string): string[] {
  const words = name.split('.').slice(0, -1);
  return words.map((_, depth) => words.slice(0, depth + 1).join('.'));
}

test.each([
  ['parallel.concurrency', 'auto', 'auto'],
  ['parallel.concurrency', 8, { kind: 'count', count: 8 }],
  ['parallel.concurrency', 8.0, { kind: 'count', count: 8 }],
  ['parallel.concurrency', '50%', { kind: 'percent', percent: 50 }],
  ['timeouts.default', 'none', null],
  ['timeouts.default', 10, 10_000],
  ['timeouts.default', 0.5, 500],
  ['timeouts.default', '90s', 90_000],
  ['timeouts.default', '1.5m', 90_000],
  ['parallel.pools.cpu', 'cores', 'cores'],
] as const)('%s: %j is understood in a file', (name, plain, value) => {
  expect(settingOf(name).fromPlain(plain)).toEqual(value);
});

test.each([
  ['parallel.enabled', ['yes', 'true', 1, 0, '']],
  ['parallel.concurrency', ['8', 0, -1, 1.5, 100_001, Infinity, NaN, true, 'all', '0%', '']],
  ['parallel.pools.io', ['cores', '64', 0, true, 2 ** 53]],
  ['parallel.pools.cpu', ['auto', 0, '2']],
  ['cache.store', ['redis', '', true, 'Memory']],
  ['cache.ttlSeconds', ['1h', 0, 1.5, 31_536_001]],
  ['timeouts.test', [0, -1, '0s', 'soon', '', true, 0.0001, '9999h', 'None', Infinity]],
] as const)('%s is refused in a file as any of %j', (name, plains) => {
  const { fromPlain } = settingOf(name);
  expect(plains.filter((plain) => fromPlain(plain) !== undefined)).toEqual([]);
});

test('texts of variables and of the command line may say yes and no', () => {
  const { fromText } = settingOf('parallel.enabled');
  expect(['yes', 'ON', '1', 'true'].map(fromText)).toEqual([true, true, true, true]);
  expect(['no', 'Off', '0', 'FALSE'].map(fromText)).toEqual([false, false, false, false]);
  expect(['', 'maybe', '2'].map(fromText)).toEqual([undefined, undefined, undefined]);
});
