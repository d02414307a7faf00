import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configSchema, type GroupSchema } from '../../src/config/json-schema.ts';
import type { ValueSchema } from '../../src/config/setting.ts';
import { settingNames, settingOf } from '../../src/config/settings.ts';
import { setCases } from './arbitrary-settings.ts';

test('the published schema is what the definitions say; atonce config schema prints it', () => {
  const file = new URL('../../config.schema.json', import.meta.url);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(configSchema());
});

test('the package publishes the schema and lets it be imported', () => {
  const file = new URL('../../package.json', import.meta.url);
  const { files, exports } = JSON.parse(readFileSync(file, 'utf8')) as {
    files: string[];
    exports: Record<string, unknown>;
  };
  expect(files).toContain('config.schema.json');
  expect(exports['./config.schema.json']).toBe('./config.schema.json');
});

test('every setting has its place, and nothing else is allowed beside them', () => {
  const names = namesIn(configSchema(), '');
  expect(names.toSorted()).toEqual([...settingNames].toSorted());
});

function namesIn(group: GroupSchema, prefix: string): string[] {
  expect(group.additionalProperties).toBe(false);
  return Object.entries(group.properties).flatMap(([word, below]) =>
    'properties' in below ? namesIn(below, `${prefix}${word}.`) : [prefix + word],
  );
}

test('what a setting accepts, its schema accepts', () => {
  fc.assert(
    fc.property(setCases, ({ name, plain }) => {
      expect(allows(settingOf(name).schema, plain)).toBe(true);
    }),
  );
});

test.each([
  ['parallel.enabled', ['yes', 1]],
  ['parallel.concurrency', ['8', 0, 1.5, 'all', '0%', true]],
  ['parallel.pools.io', ['cores', 0, true]],
  ['parallel.pools.cpu', ['auto', 0]],
  ['cache.store', ['redis', true]],
  ['cache.ttlSeconds', ['1h', 0, 31_536_001]],
  ['timeouts.test', [0, -1, 'soon', true, '5d', 31_536_001]],
] as const)('the schema of %s refuses %j as the setting does', (name, plains) => {
  const { schema, fromPlain } = settingOf(name);
  expect(plains.filter((plain) => allows(schema, plain))).toEqual([]);
  expect(plains.filter((plain) => fromPlain(plain) !== undefined)).toEqual([]);
});

/** JSON Schema, as far as settings use it. */
function allows(schema: ValueSchema, value: unknown): boolean {
  const { type, enum: words, pattern, anyOf, ...bounds } = schema;
  if (type === 'integer' && !Number.isInteger(value)) return false;
  if (type !== undefined && type !== 'integer' && typeof value !== type) return false;
  if (words !== undefined && !words.includes(value as string)) return false;
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value as string)) return false;
  const { minimum = -Infinity, exclusiveMinimum = -Infinity, maximum = Infinity } = bounds;
  const isOutside = (n: number): boolean => n < minimum || n <= exclusiveMinimum || n > maximum;
  if (typeof value === 'number' && isOutside(value)) return false;
  return anyOf === undefined || anyOf.some((one) => allows(one, value));
}
