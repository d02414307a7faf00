import { MOST_JOBS } from '../config/values/jobs.ts';
import type { COMMON_FIELDS } from './reading/read-common.ts';
import type { PLAN_FIELDS } from './reading/read-plan.ts';
import type { TASK_FIELDS } from './reading/read-task.ts';

/** A part of a JSON Schema. */
type Schema = Readonly<Record<string, unknown>>;

type Fields<Names extends readonly string[]> = Readonly<Record<Names[number], Schema>>;

const text = { type: 'string' };
const word = { type: ['string', 'number', 'boolean'] };
const truth = { type: 'boolean' };
const duration = {
  anyOf: [
    { type: 'number', exclusiveMinimum: 0 },
    { type: 'string', pattern: '^([0-9]+(\\.[0-9]+)?|\\.[0-9]+)(ms|s|m|h)?$' },
  ],
};
const timeLimit = { anyOf: [...duration.anyOf, { enum: ['none'] }] };
const count = { type: 'integer', minimum: 1, maximum: MOST_JOBS };

/** What `defaults` may hold, and each task. */
const common: Fields<typeof COMMON_FIELDS> = {
  timeout: { description: 'Time limit of each try: 500ms, 10s, 2m, 1h or none.', ...timeLimit },
  retries: {
    description: 'Tries after the first, each after a longer wait.',
    type: 'integer',
    minimum: 0,
    maximum: 1000,
  },
  priority: {
    description: 'Which of the tasks that could start does.',
    enum: ['critical', 'high', 'normal', 'low', 'background'],
  },
  pool: { description: 'A named capacity of which it takes one place while it runs.', ...text },
  env: {
    description: 'Variables beside those of the command itself; null takes one away.',
    type: 'object',
    additionalProperties: { type: [...word.type, 'null'] },
  },
  cwd: { description: 'Folder to run in, relative to the plan.', ...text },
  shell: { description: 'true: run is a text for /bin/sh.', ...truth },
};

const task: Fields<typeof TASK_FIELDS> = {
  run: {
    description: 'The command, as one line or as a list of words. No shell reads it.',
    anyOf: [text, { type: 'array', items: word, minItems: 1 }],
  },
  module: { description: 'A function instead of a command: FILE#EXPORT.', ...text },
  input: { description: 'What the function is given.' },
  needs: {
    description: 'The tasks that must be over before.',
    anyOf: [word, { type: 'array', items: word }, { type: 'null' }],
  },
  when: {
    description:
      "success, failure, always, or a condition such as env.CI && outcome.x == 'success'.",
    type: ['string', 'boolean'],
  },
  allowFailure: { description: 'true: its failure counts as success.', ...truth },
  estimate: { description: 'How long it will take; decides the order.', ...duration },
  weight: { description: 'Slots it takes while it runs.', ...count },
  ...common,
};

const plan: Fields<typeof PLAN_FIELDS> = {
  concurrency: {
    description: 'How many tasks run at once.',
    anyOf: [count, { enum: ['auto'] }, { type: 'string', pattern: '^0*[1-9][0-9]{0,6}%$' }],
  },
  pools: {
    description: 'Capacities by name, beside io, cpu, api and db of the settings.',
    type: 'object',
    additionalProperties: { anyOf: [count, { enum: ['cores'] }] },
  },
  defaults: {
    description: 'What holds for all tasks that say nothing else.',
    type: 'object',
    additionalProperties: false,
    properties: common,
  },
  tasks: {
    description: 'The tasks by their names.',
    type: 'object',
    minProperties: 1,
    additionalProperties: {
      anyOf: [
        text,
        { type: 'array', items: word, minItems: 1 },
        { type: 'object', additionalProperties: false, properties: task },
      ],
    },
  },
};

/** What editors check a plan file with. */
export function planSchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'https://unpkg.com/@atonce/toolkit/plan.schema.json',
    title: 'A plan of atonce',
    description: 'Tasks that need each other, for atonce run --file.',
    type: 'object',
    required: ['tasks'],
    additionalProperties: false,
    properties: plan,
  };
}
