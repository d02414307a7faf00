import type { Priority } from 'atonce';
import type { TimeLimit } from '../../config/values/time-limit.ts';
import { priorityField, retriesField, timeLimitField } from './field-kinds.ts';
import { hint, type PlanText, shown } from './plan-text.ts';

/** Fields that a task has, and `defaults` for all tasks. */
export const COMMON_FIELDS = [
  'timeout',
  'retries',
  'priority',
  'pool',
  'env',
  'cwd',
  'shell',
] as const;

/** The values of those fields; undefined where nothing is given. */
export interface Common {
  readonly timeout: TimeLimit | undefined;
  readonly retries: number | undefined;
  readonly priority: Priority | undefined;
  readonly pool: string | undefined;
  /** Undefined takes a variable away. */
  readonly env: ReadonlyMap<string, string | undefined>;
  readonly cwd: string | undefined;
  readonly shell: boolean | undefined;
}

/** What a plan without `defaults` has. */
export const NO_DEFAULTS: Common = {
  timeout: undefined,
  retries: undefined,
  priority: undefined,
  pool: undefined,
  env: new Map(),
  cwd: undefined,
  shell: undefined,
};

/** Reads the common fields of a task or of `defaults`. */
export function readCommon(
  text: PlanText,
  fields: ReadonlyMap<string, unknown>,
  pools: readonly string[],
): Common {
  const get = <T>(name: string, read: (node: unknown) => T | undefined): T | undefined =>
    fields.has(name) ? read(fields.get(name)) : undefined;
  return {
    timeout: get('timeout', (node) => text.parsed(node, 'timeout', timeLimitField)),
    retries: get('retries', (node) => text.parsed(node, 'retries', retriesField)),
    priority: get('priority', (node) => text.parsed(node, 'priority', priorityField)),
    pool: get('pool', (node) => readPool(text, node, pools)),
    env: get('env', (node) => readEnv(text, node)) ?? new Map(),
    cwd: get('cwd', (node) => readFolder(text, node)),
    shell: get('shell', (node) => text.truth(node, 'shell')),
  };
}

function readPool(text: PlanText, node: unknown, pools: readonly string[]): string | undefined {
  const name = text.text(node, 'pool');
  if (name === undefined || pools.includes(name)) return name;
  const near = hint(name, pools);
  text.report(node, `there is no pool ${shown(name)}${near || `; there are ${pools.join(', ')}`}`);
  return undefined;
}

function readFolder(text: PlanText, node: unknown): string | undefined {
  const folder = text.text(node, 'cwd');
  if (folder !== '' && folder?.includes('\0') !== true) return folder;
  text.report(node, 'cwd must be the path of a folder');
  return undefined;
}

function readEnv(text: PlanText, node: unknown): ReadonlyMap<string, string | undefined> {
  const env = new Map<string, string | undefined>();
  for (const { name, key, value } of text.entriesOf(node, 'env')) {
    if (name === '' || /[=\0]/.test(name)) {
      text.report(key, `${JSON.stringify(name)} cannot be the name of a variable`);
    } else if (text.isNothing(value)) {
      env.set(name, undefined);
    } else {
      const word = text.word(value, name);
      if (word?.includes('\0') === true) text.report(value, `${name} holds a NUL byte`);
      else if (word !== undefined) env.set(name, word);
    }
  }
  return env;
}
