import type { Given, PlanTask } from '../plan.ts';
import type { PlanTools } from '../plan-tools.ts';
import { WHEN_SUCCESS, type Condition } from '../condition/condition.ts';
import { ConditionError } from '../condition/condition-error.ts';
import { parseCondition } from '../condition/parse-condition.ts';
import { durationField, weightField } from './field-kinds.ts';
import { type Entry, type PlanText, shown } from './plan-text.ts';
import { type Common, readCommon } from './read-common.ts';
import { readWork } from './read-work.ts';

/** Names of all fields of a task. */
export const TASK_FIELDS = [
  'run',
  'module',
  'input',
  'needs',
  'when',
  'allowFailure',
  'estimate',
  'weight',
  'timeout',
  'retries',
  'priority',
  'pool',
  'env',
  'cwd',
  'shell',
] as const;

const LONGEST_NAME = 200;

/** What all tasks are read with. */
export interface TaskSource {
  readonly text: PlanText;
  readonly tools: PlanTools;
  readonly defaults: Common;
  /** Names of all pools. */
  readonly pools: readonly string[];
  readonly folder: string;
}

/** Reads one task: a mapping, or nothing but its command. */
export function readTask({ name, key, value }: Entry, source: TaskSource): PlanTask {
  const { text, tools, defaults, pools, folder } = source;
  checkName(name, key, text);
  const fields = fieldsOf(name, value, text);
  const own = readCommon(text, fields, pools);
  const shell = own.shell ?? defaults.shell ?? false;
  return {
    name,
    place: text.placeOf(key),
    work: readWork({ text, tools, node: key, fields, shell, folder }),
    needs: readNeeds(text, fields),
    priority: own.priority ?? defaults.priority,
    pool: own.pool ?? defaults.pool,
    weight: readIf(fields, 'weight', (node) => text.parsed(node, 'weight', weightField)) ?? 1,
    timeout: given(own.timeout, defaults.timeout),
    retries: given(own.retries, defaults.retries),
    env: new Map([...defaults.env, ...own.env]),
    cwd: own.cwd ?? defaults.cwd,
    when: readIf(fields, 'when', (node) => readCondition(text, node)) ?? WHEN_SUCCESS,
    allowFailure:
      readIf(fields, 'allowFailure', (node) => text.truth(node, 'allowFailure')) ?? false,
    estimateMs: readIf(fields, 'estimate', (node) => text.parsed(node, 'estimate', durationField)),
  };
}

function checkName(name: string, key: unknown, text: PlanText): void {
  if (name === '' || name.length > LONGEST_NAME || /\p{Cc}/u.test(name))
    text.report(
      key,
      `${shown(name)} cannot be the name of a task: 1 to ${LONGEST_NAME} characters, no control characters`,
    );
}

/** `lint: npx oxlint` is short for `lint: { run: npx oxlint }`. */
function fieldsOf(name: string, value: unknown, text: PlanText): ReadonlyMap<string, unknown> {
  if (text.isMapping(value)) return text.fieldsOf(value, `task ${shown(name)}`, TASK_FIELDS);
  return text.isNothing(value) ? new Map() : new Map([['run', value]]);
}

function readIf<T>(
  fields: ReadonlyMap<string, unknown>,
  name: string,
  read: (node: unknown) => T | undefined,
): T | undefined {
  return fields.has(name) ? read(fields.get(name)) : undefined;
}

function given<T>(own: T | undefined, byDefault: T | undefined): Given<T> | undefined {
  if (own !== undefined) return { value: own, own: true };
  return byDefault === undefined ? undefined : { value: byDefault, own: false };
}

function readNeeds(text: PlanText, fields: ReadonlyMap<string, unknown>): readonly string[] {
  const node = fields.get('needs');
  if (!fields.has('needs') || text.isNothing(node)) return [];
  return [...new Set(text.words(node, 'needs').map((word) => word.text))];
}

function readCondition(text: PlanText, node: unknown): Condition | undefined {
  const word = text.word(node, 'when');
  if (word === undefined) return undefined;
  try {
    return parseCondition(word);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    text.report(node, `when, character ${error.at}: ${error.message}`);
    return undefined;
  }
}
