import type { Problem } from '../../config/problem.ts';
import { parseYaml } from '../../config/yaml/parse-yaml.ts';
import type { Plan } from '../plan.ts';
import type { PlanTools } from '../plan-tools.ts';
import { checkGraph, type TaskNodes } from './check-graph.ts';
import { capacityField, concurrencyField } from './field-kinds.ts';
import { type Entry, PlanText } from './plan-text.ts';
import { COMMON_FIELDS, NO_DEFAULTS, readCommon } from './read-common.ts';
import { readTask } from './read-task.ts';

/** Names of all fields of a plan. */
export const PLAN_FIELDS = ['concurrency', 'pools', 'defaults', 'tasks'] as const;

/** What a plan file is read with. */
export interface PlanSource {
  /** The file, as people should see it. */
  readonly file: string;
  /** Absolute path of the folder it stands in. */
  readonly folder: string;
  /** Pools that there are beside those of the plan. */
  readonly pools: readonly string[];
  readonly tools: PlanTools;
}

/** A plan, and all that is wrong with it; it is not to be relied on while there are problems. */
export interface ReadPlan {
  readonly plan: Plan;
  readonly problems: readonly Problem[];
}

/** Reads a plan from YAML, which JSON is a part of. */
export function readPlan(content: string, source: PlanSource): ReadPlan {
  const { file, folder } = source;
  const parsed = parseYaml(content);
  const empty: Plan = { file, folder, concurrency: undefined, pools: new Map(), tasks: [] };
  const faults = parsed.problems.map((problem): Problem => ({
    ...problem,
    source: file,
    setting: undefined,
  }));
  // Of all faults only these leave a document in which more can be found.
  if (faults.some(({ message }) => !message.startsWith('duplicate key')))
    return { plan: empty, problems: syntaxProblems(faults, content) };
  const text = new PlanText(parsed, file);
  const plan = text.isNothing(text.root) ? empty : readRoot(text, source);
  if (text.isNothing(text.root)) text.report(text.root, 'the plan is empty: it needs tasks');
  const problems = [...faults, ...text.problems].toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
  return { plan, problems };
}

/** Only the first fault: where YAML ends to be YAML, all others follow from it. */
function syntaxProblems(faults: readonly Problem[], content: string): readonly Problem[] {
  const [first] = faults;
  if (first === undefined) return [];
  const line = content.split('\n')[(first.line ?? 1) - 1] ?? '';
  const isUnquoted = /\{(results|outcome)\./.test(line);
  const how = isUnquoted ? '; a text with {results.NAME} must stand in quotes here' : '';
  return [{ ...first, message: first.message + how }];
}

function readRoot(text: PlanText, source: PlanSource): Plan {
  const { file, folder, tools } = source;
  const fields = text.fieldsOf(text.root, 'the plan', PLAN_FIELDS);
  const concurrency = fields.has('concurrency')
    ? text.parsed(fields.get('concurrency'), 'concurrency', concurrencyField)
    : undefined;
  const pools = fields.has('pools') ? readPools(text, fields.get('pools')) : new Map();
  const poolNames = [...new Set([...pools.keys(), ...source.pools])];
  const defaults = fields.has('defaults')
    ? readCommon(text, text.fieldsOf(fields.get('defaults'), 'defaults', COMMON_FIELDS), poolNames)
    : NO_DEFAULTS;
  const entries = taskEntries(text, fields);
  const tasks = entries.map((entry) =>
    readTask(entry, { text, tools, defaults, pools: poolNames, folder }),
  );
  // Of two tasks with one name the first counts.
  const nodes = entries.toReversed().map((entry) => [entry.name, nodesOf(entry, text)] as const);
  checkGraph(tasks, new Map(nodes), text);
  return { file, folder, concurrency, pools, tasks };
}

function taskEntries(text: PlanText, fields: ReadonlyMap<string, unknown>): readonly Entry[] {
  const node = fields.get('tasks');
  if (fields.has('tasks') && !text.isNothing(node)) {
    const entries = text.entriesOf(node, 'tasks');
    if (entries.length === 0 && text.isMapping(node)) text.report(node, 'the plan has no tasks');
    return entries;
  }
  // Unknown keys beside it are reported already, and `task:` is one of them.
  if (text.isMapping(text.root)) text.report(text.root, 'the plan has no tasks');
  return [];
}

function nodesOf({ key, value }: Entry, text: PlanText): TaskNodes {
  return { task: key, needs: text.find(value, 'needs') ?? key };
}

function readPools(text: PlanText, node: unknown): Map<string, number | 'cores'> {
  const pools = new Map<string, number | 'cores'>();
  for (const { name, key, value } of text.entriesOf(node, 'pools')) {
    const size = text.parsed(value, `pool ${JSON.stringify(name)}`, capacityField);
    if (name === '') text.report(key, 'a pool needs a name');
    // One whose size is wrong is still known by its name.
    else pools.set(name, size ?? 1);
  }
  return pools;
}
