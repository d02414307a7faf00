import { expect, test } from 'vitest';
import { globalOptions } from '../../src/operations/global-options.ts';
import { type AnyOptionTable, flagName } from '../../src/operations/option.ts';
import { operations } from '../../src/operations/registry.ts';

const cases = operations.map((operation) => [operation.name, operation] as const);

test.each(cases)('the options of %s have names and letters of their own', (_name, operation) => {
  const all = [...Object.entries(operation.options), ...Object.entries(globalOptions)];
  const names = all.map(([name]) => flagName(name));
  const letters = all.flatMap(([, { short }]) => short ?? []);
  expect(new Set([...names, 'help', 'version']).size).toBe(names.length + 2);
  expect(new Set([...letters, 'h', 'V']).size).toBe(letters.length + 2);
});

test.each(cases)('the groups of %s hold exactly its options', (_name, operation) => {
  const grouped = operation.optionGroups.flatMap(({ options }) => Object.keys(options));
  expect(grouped.toSorted()).toEqual(Object.keys(operation.options).toSorted());
});

test.each(cases)('conflicts and needs of %s name options that exist', (_name, operation) => {
  const table: AnyOptionTable = { ...operation.options, ...globalOptions };
  const named = Object.values(table).flatMap(({ conflicts = [], requires = [] }) => [
    ...conflicts.map(({ option }) => option),
    ...requires,
  ]);
  expect(named.filter((name) => !(name in table))).toEqual([]);
});

test.each(cases)('texts of %s are sentences without a line end', (_name, operation) => {
  const docs = Object.values({ ...operation.options, ...globalOptions }).map(({ doc }) => doc);
  expect(docs.filter((doc) => !/^[A-Z][^\n]*[.%]$/.test(doc))).toEqual([]);
  expect(operation.summary).toMatch(/^[a-z][^\n]*[^.]$/);
});

test.each(cases)(
  'defaults of %s are values that the option itself would accept',
  (_name, operation) => {
    for (const [name, option] of Object.entries({ ...operation.options, ...globalOptions })) {
      if (option.kind !== 'choice') continue;
      expect([name, option.parse(String(option.defaultValue))]).toEqual([
        name,
        option.defaultValue,
      ]);
    }
  },
);
