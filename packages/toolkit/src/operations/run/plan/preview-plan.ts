import type { PlanRequest } from '../../../plans/plan-request.ts';
import { type PlanPreview, preview, type PreviewedTask } from '../../../plans/preview.ts';
import { commandText } from '../../../plans/run/prepare-task.ts';
import { limitOf, retriesOf } from '../../../plans/time-limits.ts';
import { countOf } from '../../../report/count.ts';
import { formatDuration } from '../../../report/duration.ts';
import { line, type Row, type Section, span } from '../../../report/section.ts';
import { visibleText } from '../../../report/visible-text.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { OperationHost, OperationResult } from '../../operation.ts';
import { pathText } from './path-text.ts';

/** Shows what a plan would do, and when, by the times that its tasks are expected to take. */
export function previewPlan(request: PlanRequest, { env }: OperationHost): OperationResult {
  const found = preview(request, env);
  const inAll = `${countOf(found.tasks.length, 'task')}, ${request.jobs} at once`;
  return {
    exitCode: exitCodes.ok,
    interrupted: false,
    data: dataOf(found, request),
    output: sectionsOf(found, request),
    notes: [line(span('strong', 'dry run: '), `${inAll}; nothing was run`)],
    warnings: [],
    errors: [],
  };
}

const SOURCES = { given: 'given', learned: 'learned', default: 'a guess' } as const;

function sectionsOf(found: PlanPreview, request: PlanRequest): readonly Section[] {
  const { schedule, tasks, skipped } = found;
  const rows = tasks.map((each): Row => {
    const { task, startMs, endMs } = each;
    const estimate = request.estimates.get(task.name);
    return [
      startMs === 0 ? '0' : formatDuration(startMs),
      formatDuration(endMs),
      visibleText(task.name),
      span('dim', task.work.kind === 'group' ? '' : SOURCES[estimate?.from ?? 'default']),
      `${visibleText(commandText(task.work, request.tools)) || '(nothing)'}${remarks(each, request)}`,
    ];
  });
  const columns = [
    { title: 'start', align: 'right' },
    { title: 'end', align: 'right' },
    { title: 'task', shrink: true },
    { title: 'time' },
    { title: 'command', shrink: true },
  ] as const;
  const slots = countOf(request.jobs, 'slot');
  const bound = formatDuration(schedule.lowerBoundMs);
  const batches = schedule.batches.map((names) => names.map(visibleText).join(', '));
  return [
    ...(rows.length === 0 ? [] : [{ kind: 'table', columns, rows } as const]),
    ...skipped.map(({ name, reason }) =>
      line(span('dim', visibleText(`skipped: ${name} (${reason})`))),
    ),
    ...batches.map((names, index) => line(`batch ${index + 1}: ${names}`)),
    line(
      `critical path ${formatDuration(schedule.criticalPath.ms)}: ${pathText(schedule.criticalPath.names)}`,
    ),
    line(
      'predicted ',
      span('strong', formatDuration(schedule.makespanMs)),
      ` with ${slots}; no order takes less than ${bound}`,
    ),
  ];
}

/** `  # timeout 5 min (task), 2 retries, pool net`. */
function remarks({ task, condition }: PreviewedTask, request: PlanRequest): string {
  const limit = limitOf(task, request);
  const retries = task.work.kind === 'group' ? 0 : retriesOf(task, request);
  const facts = [
    ...(limit === undefined
      ? []
      : [`timeout ${formatDuration(limit.timeoutMs ?? 0)} (${limit.reason})`]),
    ...(retries === 0 ? [] : [countOf(retries, 'retry', 'retries')]),
    ...(task.pool === undefined ? [] : [`pool ${task.pool}`]),
    ...(task.weight === 1 ? [] : [`weight ${task.weight}`]),
    ...(task.priority === undefined ? [] : [`priority ${task.priority}`]),
    ...(task.cwd === undefined ? [] : [`in ${task.cwd}`]),
    ...(task.allowFailure ? ['may fail'] : []),
    ...(condition === undefined ? [] : [`when ${condition}`]),
  ];
  return facts.length === 0 ? '' : visibleText(`  # ${facts.join(', ')}`);
}

function dataOf({ tasks, skipped, schedule }: PlanPreview, request: PlanRequest): object {
  const { criticalPath, lowerBoundMs, makespanMs, batches } = schedule;
  return {
    dryRun: true,
    concurrency: request.jobs,
    tasks: tasks.map(({ task, startMs, endMs, condition }) => {
      const limit = limitOf(task, request);
      const estimate = request.estimates.get(task.name);
      return {
        name: task.name,
        needs: task.needs,
        command: commandText(task.work, request.tools),
        startMs,
        endMs,
        estimateMs: estimate?.ms ?? null,
        estimateFrom: estimate?.from ?? null,
        timeoutMs: limit?.timeoutMs ?? null,
        timeoutReason: limit?.reason ?? null,
        condition: condition ?? null,
      };
    }),
    skipped,
    batches,
    criticalPath,
    lowerBoundMs,
    makespanMs,
  };
}
