import type { SchedulePlan } from 'atonce';
import { partsOf } from './condition/condition.ts';
import { type Facts, holds } from './condition/evaluate.ts';
import type { Estimate } from './durations/estimates.ts';
import { variableOf } from './condition/variable.ts';
import type { PlanHost, PlanRequest } from './plan-request.ts';
import type { PlanTask } from './plan.ts';
import { hasReferences } from './references.ts';
import { scheduleOf } from './schedule.ts';

/** What a plan would do if every task took as long as expected and none failed. */
export interface PlanPreview {
  /** Tasks that would run, in the order of starting. */
  readonly tasks: readonly PreviewedTask[];
  /** Tasks that would be skipped, and why, in the order of the file. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  /** Without those that would be skipped. */
  readonly schedule: Pick<SchedulePlan, 'batches' | 'criticalPath' | 'lowerBoundMs' | 'makespanMs'>;
}

/** A task that would run. */
export interface PreviewedTask {
  readonly task: PlanTask;
  readonly startMs: number;
  readonly endMs: number;
  /** What its running depends on and is known only then; undefined when it surely runs. */
  readonly condition: string | undefined;
}

/** What is skipped takes no time. */
const SKIPPED: Estimate = { ms: 0, from: 'given' };

/** Plans the run without running anything. */
export function preview(request: PlanRequest, env: PlanHost['env']): PlanPreview {
  const { tasks } = request;
  const reasons = skipReasons(request, env);
  // They too wait for what they need before they are skipped, and others wait for them.
  const estimates = new Map([
    ...request.estimates,
    ...[...reasons.keys()].map((name) => [name, SKIPPED] as const),
  ]);
  const schedule = scheduleOf({ ...request, estimates }).plan();
  const { criticalPath, batches, lowerBoundMs, makespanMs } = schedule;
  const withoutSkipped = (names: readonly string[]): readonly string[] =>
    names.filter((name) => !reasons.has(name));
  const byName = new Map(tasks.map((task) => [task.name, task]));
  return {
    tasks: schedule.starts.flatMap(({ name, startMs, endMs }) => {
      if (reasons.has(name)) return [];
      const task = byName.get(name) as PlanTask;
      return [{ task, startMs, endMs, condition: isUnsure(task) ? task.when.text : undefined }];
    }),
    skipped: tasks.flatMap(({ name }) => {
      const reason = reasons.get(name);
      return reason === undefined ? [] : [{ name, reason }];
    }),
    schedule: {
      batches: batches.map(withoutSkipped).filter((names) => names.length > 0),
      criticalPath: { ...criticalPath, names: withoutSkipped(criticalPath.names) },
      lowerBoundMs,
      makespanMs,
    },
  };
}

/** Whether it depends on what another task gives. */
function isUnsure({ when, env }: PlanTask): boolean {
  return [...partsOf(when.expression)].some(
    (part) =>
      part.kind === 'result' || (part.kind === 'env' && hasReferences(env.get(part.name) ?? '')),
  );
}

function skipReasons({ tasks }: PlanRequest, env: PlanHost['env']): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  for (const task of inOrder(tasks)) {
    const without = task.needs.find((need) => reasons.has(need));
    const facts: Facts = {
      env: (name) => variableOf(task, name, env),
      platform: process.platform,
      status: (status) => status === 'always' || (status === 'success' && without === undefined),
      outcome: (name) => (reasons.has(name) ? 'skipped' : 'success'),
      result: () => undefined,
    };
    if (isUnsure(task) ? without === undefined : holds(task.when, facts)) continue;
    const unmet = { ...facts, status: () => true };
    const byNeed = without !== undefined && holds(task.when, unmet);
    reasons.set(task.name, byNeed ? `${without} is skipped` : `not so: ${task.when.text}`);
  }
  return reasons;
}

/** Each after all that it needs. */
function inOrder(tasks: readonly PlanTask[]): readonly PlanTask[] {
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const { batches } = scheduleOf({
    tasks,
    jobs: 1,
    pools: new Map(tasks.flatMap(({ pool }) => (pool === undefined ? [] : [[pool, 1] as const]))),
    estimates: new Map(),
  }).plan();
  return batches.flat().map((name) => byName.get(name) as PlanTask);
}
