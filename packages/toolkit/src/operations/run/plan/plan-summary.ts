import type { PlanReport, TaskReport } from '../../../plans/plan-report.ts';
import { formatCount } from '../../../report/count.ts';
import { formatDuration } from '../../../report/duration.ts';
import { type Cell, line, type Section, span } from '../../../report/section.ts';
import { visibleText } from '../../../report/visible-text.ts';
import { isSuccess, reasonOf } from '../../../runs/job-reason.ts';
import type { Invocation } from '../../operation.ts';
import type { RunValues } from '../../run.ts';
import { resumeHint } from '../resume-hint.ts';
import { fileLine, stopLine } from '../summary.ts';
import { pathText } from './path-text.ts';

/** Shorter runs name no slowest tasks: nobody waited for them. */
const LEAST_WALL_MS = 1000;

/** More names tell nobody more; `--json` has all. */
const MOST_NAMES = 10;

/** What people are told after a plan's run. */
export function summarizePlan(
  report: PlanReport,
  invocation: Invocation<RunValues>,
): readonly Section[] {
  return [
    line(...countCells(report)),
    ...namesLine('failed', 'bad', failures(report)),
    ...namesLine('failed, as they may', 'warning', tolerated(report)),
    ...namesLine('skipped', 'dim', skips(report)),
    ...namesLine('done before, but run again since something changed', 'dim', report.changed),
    ...timeLines(report),
    ...stopLine(report),
    ...slowestTable(report, invocation.options.verbose),
    ...fileLine(invocation.options),
    ...resumeHint(report, invocation),
  ];
}

/** `4 done (1 of them before), 1 failed, 2 skipped`. */
function countCells({ succeeded, failed, cancelled, resumed, skipped }: PlanReport): Cell[] {
  const cells: Cell[] = [span(succeeded > 0 ? 'good' : 'plain', `${formatCount(succeeded)} done`)];
  if (resumed > 0) cells.push(span('dim', ` (${formatCount(resumed)} of them before)`));
  if (failed > 0) cells.push(', ', span('bad', `${formatCount(failed)} failed`));
  if (skipped > 0) cells.push(', ', span('warning', `${formatCount(skipped)} skipped`));
  if (cancelled > 0) cells.push(', ', span('warning', `${formatCount(cancelled)} cancelled`));
  return cells;
}

function failures({ tasks }: PlanReport): readonly string[] {
  return tasks.filter(({ outcome }) => outcome === 'failure').map(withEnd);
}

function tolerated({ tasks }: PlanReport): readonly string[] {
  return tasks.filter((task) => task.tolerated).map(withEnd);
}

function skips({ tasks }: PlanReport): readonly string[] {
  return tasks
    .filter(({ outcome }) => outcome === 'skipped')
    .map(({ name, reason }) => `${name} (${reason ?? ''})`);
}

function withEnd({ name, job }: TaskReport): string {
  return job === undefined ? name : `${name} (${reasonOf(job.end)})`;
}

function namesLine(
  title: string,
  tone: 'bad' | 'warning' | 'dim',
  names: readonly string[],
): readonly Section[] {
  if (names.length === 0) return [];
  const left = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).join(', ') + (left > 0 ? ` and ${left} more` : '');
  return [line(span(tone, `${title}: `), visibleText(shown))];
}

/** What running tasks at once has gained, what the slots could have made of them, and the way that took longest. */
function timeLines({ tasks, timing, busyMs, speedUp }: PlanReport): readonly Section[] {
  const ran = new Set(
    tasks.flatMap(({ name, job }) =>
      job !== undefined && job.slot > 0 && !job.resumed ? [name] : [],
    ),
  );
  if (ran.size === 0) return [];
  const { criticalPath, makespanMs, lowerBoundMs, utilisation, slots, expectedMs } = timing;
  const expected = expectedMs === undefined ? '' : ` (${formatDuration(expectedMs)} expected)`;
  const own = `tasks' own time ${formatDuration(busyMs)} in ${formatDuration(makespanMs)}`;
  const bound = `no order takes less than ${formatDuration(lowerBoundMs)} with ${slots} at once`;
  const used = `${Math.round(utilisation * 100)} % of the slots' time used`;
  const path = criticalPath.names.filter((name) => ran.has(name));
  return [
    line(`${own}${expected}: `, span('strong', `${speedUp.toFixed(1)}x`)),
    line(`${bound}; ${used}`),
    line(`critical path ${formatDuration(criticalPath.ms)}: ${pathText(path)}`),
  ];
}

function slowestTable({ slowest, wallMs }: PlanReport, verbose: boolean): readonly Section[] {
  const ranked = slowest.filter(
    ({ end, slot, durationMs }) => end.kind !== 'cancelled' && slot > 0 && durationMs > 0,
  );
  if (ranked.length < 2 || (wallMs < LEAST_WALL_MS && !verbose)) return [];
  const rows = ranked.map(({ durationMs, end, command, name = '' }): readonly Cell[] => [
    `  ${formatDuration(durationMs)}`,
    visibleText(name),
    isSuccess(end)
      ? span('dim', visibleText(command))
      : span('bad', `${visibleText(command)} (${reasonOf(end)})`),
  ]);
  const columns = [{ align: 'right' }, { shrink: true }, { shrink: true }] as const;
  return [line(span('dim', 'slowest:')), { kind: 'table', columns, rows }];
}
