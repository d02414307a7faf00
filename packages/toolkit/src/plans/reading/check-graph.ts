import { createScheduler, GraphError } from 'atonce';
import type { Plan, PlanTask } from '../plan.ts';
import { partsOf } from '../condition/condition.ts';
import { notNeeded, splitReferences } from '../references.ts';
import { hint, type PlanText, shown } from './plan-text.ts';

/** Cycles are told one after the other, as far as a person will follow. */
const MOST_CYCLES = 10;

/** Names to search for one that was meant. */
const MOST_SEARCHED = 2000;

/** Longer cycles are cut in their middle. */
const MOST_NAMES = 12;

/** Where each task's needs and texts stand. */
export interface TaskNodes {
  readonly task: unknown;
  readonly needs: unknown;
}

/** Reports needs that are no tasks, cycles, and texts that refer to tasks which are not needed. */
export function checkGraph(
  tasks: Plan['tasks'],
  nodes: ReadonlyMap<string, TaskNodes>,
  text: PlanText,
): void {
  const names = new Set(tasks.map(({ name }) => name).filter((name) => name !== ''));
  const searched = [...names].slice(0, MOST_SEARCHED);
  for (const task of tasks) {
    // Looking for names that were meant takes its time.
    if (text.isFull) return;
    const node = nodes.get(task.name);
    for (const need of task.needs) {
      if (names.has(need)) continue;
      const message = `${shown(task.name)} needs ${shown(need)}, which is no task`;
      text.report(node?.needs, message + hint(need, searched));
    }
    for (const message of badReferences(task)) text.report(node?.task, message);
  }
  for (const cycle of cyclesOf(tasks, names)) {
    const [first = ''] = cycle;
    text.report(nodes.get(first)?.needs, `tasks need each other: ${pathText(cycle)}`);
  }
}

function badReferences({ work, env, needs, when }: PlanTask): readonly string[] {
  const found: string[] = [];
  const texts = [
    ...(work.kind === 'command' ? work.words : []),
    ...[...env.values()].filter((value) => value !== undefined),
  ];
  for (const each of texts) splitReferences(each, needs, (message) => found.push(message));
  for (const part of partsOf(when.expression)) {
    if (part.kind !== 'outcome' && part.kind !== 'result') continue;
    if (!needs.includes(part.task)) found.push(notNeeded('when', part.task, needs));
  }
  return [...new Set(found)];
}

/** The cycles of a graph, each found without the edges that closed the ones before. */
function cyclesOf(tasks: Plan['tasks'], names: ReadonlySet<string>): readonly string[][] {
  // Of two tasks with one name, which is a problem of its own, the first counts.
  const needsOf = new Map<string, readonly string[]>();
  for (const { name, needs } of tasks)
    if (name !== '' && !needsOf.has(name))
      needsOf.set(
        name,
        needs.filter((need) => names.has(need)),
      );
  const cycles: string[][] = [];
  while (cycles.length < MOST_CYCLES) {
    const cycle = oneCycle(needsOf);
    if (cycle === undefined) break;
    cycles.push(cycle);
    const [first = ''] = cycle;
    const second = cycle[1] ?? first;
    needsOf.set(
      first,
      (needsOf.get(first) ?? []).filter((need) => need !== second),
    );
  }
  return cycles;
}

function oneCycle(needsOf: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const scheduler = createScheduler();
  try {
    scheduler.addAll(
      [...needsOf].map(([name, dependsOn]) => ({ name, dependsOn, run: () => undefined })),
    );
    scheduler.plan();
    return undefined;
  } catch (error) {
    if (error instanceof GraphError && error.problem === 'cycle') return [...error.names];
    throw error;
  }
}

/** `a → b → a`. */
function pathText(cycle: readonly string[]): string {
  const all = [...cycle, cycle[0] ?? ''];
  const left = all.length - MOST_NAMES;
  const half = MOST_NAMES / 2;
  const cut =
    left > 0 ? [...all.slice(0, half), `(${left} more)`, ...all.slice(all.length - half)] : all;
  return cut.join(' → ');
}
