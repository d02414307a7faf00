import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { planSchema } from '../../src/plans/plan-schema.ts';
import { TASK_FIELDS } from '../../src/plans/reading/read-task.ts';
import { problemsOf } from './plan-of.ts';

interface Shape {
  readonly properties: Readonly<Record<string, Shape>>;
  readonly additionalProperties: { readonly anyOf: readonly Shape[] };
}

test('the published schema is what the code says', () => {
  const file = new URL('../../plan.schema.json', import.meta.url);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(planSchema());
});

test('the package publishes the schema and lets it be imported', () => {
  const file = new URL('../../package.json', import.meta.url);
  const { files, exports } = JSON.parse(readFileSync(file, 'utf8')) as {
    files: string[];
    exports: Record<string, unknown>;
  };
  expect(files).toContain('plan.schema.json');
  expect(exports['./plan.schema.json']).toBe('./plan.schema.json');
});

test('a task has the fields of the schema and no others', () => {
  const { tasks } = (planSchema() as unknown as Shape).properties;
  const inSchema = Object.keys(tasks?.additionalProperties.anyOf.at(-1)?.properties ?? {});
  expect(inSchema.toSorted()).toEqual([...TASK_FIELDS].toSorted());
  for (const field of inSchema)
    expect(problemsOf(`tasks: { a: { ${field}: 1 } }`).join()).not.toContain('unknown key');
});
