import { expect, test } from 'vitest';
import { flag, integer, text } from '../../src/operations/option-kinds.ts';
import { environmentName, flagName } from '../../src/operations/option.ts';
import { type GivenOption, resolveOptions } from '../../src/operations/resolve-options.ts';

const table = {
  keepOrder: flag({ doc: 'Order.', env: true }),
  jobs: integer({ doc: 'Jobs.', min: 1, max: 9, defaultValue: 2, env: true }),
  name: text({ doc: 'Name.', placeholder: 'NAME' }),
  raw: flag({ doc: 'Raw.', conflicts: [{ option: 'keepOrder', because: 'raw has no order' }] }),
  exact: flag({ doc: 'Exact.', conflicts: [{ option: 'jobs', value: '1' }] }),
  again: flag({ doc: 'Again.', requires: ['name', 'raw'] }),
};

function resolve(
  given: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Record<string, unknown> {
  const entries = Object.entries(given).map(([name, value]): [string, GivenOption] => [
    name,
    { source: `--${flagName(name)}`, text: value },
  ]);
  return resolveOptions(table, new Map(entries), env);
}

test('names of fields become names of flags and of environment variables', () => {
  expect(flagName('keepOrder')).toBe('keep-order');
  expect(environmentName('keepOrder')).toBe('ATONCE_KEEP_ORDER');
});

test('a flag wins over the environment, and that over the default', () => {
  expect(resolve({}).jobs).toBe(2);
  expect(resolve({}, { ATONCE_JOBS: '3' }).jobs).toBe(3);
  expect(resolve({ jobs: '4' }, { ATONCE_JOBS: '3' }).jobs).toBe(4);
});

test('an empty variable is not set, and an option that is no habit cannot be set by one', () => {
  expect(resolve({}, { ATONCE_JOBS: '', ATONCE_NAME: 'x' })).toMatchObject({
    jobs: 2,
    name: undefined,
  });
});

test('a flag of the environment is read as a truth value and can be taken back', () => {
  expect(resolve({}, { ATONCE_KEEP_ORDER: 'yes' }).keepOrder).toBe(true);
  expect(resolve({}, { ATONCE_KEEP_ORDER: '0' }).keepOrder).toBe(false);
  expect(resolve({ keepOrder: 'false' }, { ATONCE_KEEP_ORDER: '1' }).keepOrder).toBe(false);
});

test('a bad value is refused with its source, what was expected and what came', () => {
  expect(() => resolve({ jobs: 'many' })).toThrow(
    '--jobs must be a whole number from 1 to 9, got "many"',
  );
  expect(() => resolve({}, { ATONCE_JOBS: '0' })).toThrow(
    'ATONCE_JOBS must be a whole number from 1 to 9, got "0"',
  );
  expect(() => resolve({}, { ATONCE_KEEP_ORDER: 'maybe' })).toThrow('got "maybe"');
});

test('a bad variable is of no concern when a flag overrules it', () => {
  expect(resolve({ jobs: '4' }, { ATONCE_JOBS: 'many' }).jobs).toBe(4);
});

test('options that contradict each other are refused, both named', () => {
  expect(() => resolve({ raw: 'true', keepOrder: 'true' })).toThrow(
    '--raw and --keep-order contradict each other: raw has no order',
  );
  expect(() => resolve({ raw: 'true' }, { ATONCE_KEEP_ORDER: '1' })).toThrow(
    '--raw and ATONCE_KEEP_ORDER contradict each other',
  );
});

test('options contradict each other only while both are on', () => {
  expect(resolve({ raw: 'false', keepOrder: 'true' }).keepOrder).toBe(true);
  expect(resolve({ exact: 'true', jobs: '2' }).exact).toBe(true);
  expect(() => resolve({ exact: 'true', jobs: '1' })).toThrow('--exact and --jobs 1 contradict');
});

test('an option that needs another is refused without it', () => {
  expect(() => resolve({ again: 'true' })).toThrow('--again needs --name or --raw');
  expect(resolve({ again: 'true', name: 'x' }).again).toBe(true);
});
