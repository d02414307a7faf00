import { countOf, formatCount } from '../../report/count.ts';
import { formatDuration } from '../../report/duration.ts';
import { type Cell, line, type Section, span } from '../../report/section.ts';
import { visibleText } from '../../report/visible-text.ts';
import { isSuccess, reasonOf } from '../../runs/job-reason.ts';
import type { RunReport, Stopped } from '../../runs/report.ts';
import type { Invocation } from '../operation.ts';
import type { RunValues } from '../run.ts';
import { resumeHint } from './resume-hint.ts';

/** Shorter runs name no slowest jobs: nobody waited for them. */
const LEAST_WALL_MS = 1000;

/** What people are told after a run. */
export function summarize(
  report: RunReport,
  invocation: Invocation<RunValues>,
): readonly Section[] {
  return [
    line(...countCells(report)),
    ...timeLine(report),
    ...limitLine(report),
    ...stopLine(report),
    ...slowestTable(report, invocation.options.verbose),
    ...fileLine(invocation.options),
    ...resumeHint(report, invocation),
  ];
}

/** `98 done, 2 failed (1 exit 1, 1 timeout), 3 cancelled, 10 resumed`. */
function countCells(report: RunReport): readonly Cell[] {
  const { succeeded, failed, cancelled, resumed, failuresByReason } = report;
  const cells: Cell[] = [span(succeeded > 0 ? 'good' : 'plain', `${formatCount(succeeded)} done`)];
  if (resumed > 0) cells.push(span('dim', ` (${formatCount(resumed)} of them before)`));
  if (failed > 0) {
    const reasons = Object.entries(failuresByReason)
      .sort(([, a], [, b]) => b - a)
      .map(([reason, count], _at, all) =>
        all.length === 1 ? reason : `${formatCount(count)} ${reason}`,
      );
    cells.push(', ', span('bad', `${formatCount(failed)} failed`), ` (${shorten(reasons)})`);
  }
  if (cancelled > 0) cells.push(', ', span('warning', `${formatCount(cancelled)} cancelled`));
  return cells;
}

function shorten(reasons: readonly string[]): string {
  const shown = reasons.slice(0, 5);
  const rest = reasons.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${rest} other reasons`] : [])].join(', ');
}

/** What the jobs took together beside what the run took: with nothing run there is nothing to say. */
function timeLine({ succeeded, resumed, failed, busyMs, wallMs, speedUp }: RunReport): Section[] {
  if (succeeded - resumed + failed === 0) return [];
  const own = `jobs' own time ${formatDuration(busyMs)} in ${formatDuration(wallMs)}`;
  return [line(`${own}: `, span('strong', `${speedUp.toFixed(1)}x`))];
}

/** Where a number of jobs at once that was not fixed has ended, and why. */
function limitLine({ limit }: RunReport): Section[] {
  if (limit === undefined) return [];
  const { initial, final, min, max, changes, lastChanges } = limit;
  const bounds = `${formatCount(min)} to ${formatCount(max)} allowed`;
  const last = lastChanges.at(-1);
  if (last === undefined) return [line(`limit stayed at ${formatCount(initial)}; ${bounds}`)];
  const way = `limit began at ${formatCount(initial)} and ended at `;
  const how = ` after ${countOf(changes, 'change')} (${last.reason}); ${bounds}`;
  return [line(way, span('strong', formatCount(final)), how)];
}

const stopTexts: Readonly<Record<Stopped, string>> = {
  halt: 'stopped: enough jobs have failed (--halt)',
  signal: 'stopped before the end',
  journal: 'stopped: the journal could not be written',
  input: 'stopped: the input could not be read to its end',
  output: 'stopped: output could not be written',
};

export function stopLine({ stopped }: RunReport): Section[] {
  return stopped === undefined ? [] : [line(span('warning', stopTexts[stopped]))];
}

function slowestTable({ slowest, wallMs }: RunReport, verbose: boolean): Section[] {
  const ranked = slowest.filter(({ end }) => end.kind !== 'cancelled');
  if (ranked.length < 2 || (wallMs < LEAST_WALL_MS && !verbose)) return [];
  const rows = ranked.map(({ durationMs, end, command, sequence }): readonly Cell[] => [
    `  ${formatDuration(durationMs)}`,
    span('dim', `job ${sequence}`),
    isSuccess(end)
      ? visibleText(command)
      : span('bad', `${visibleText(command)} (${reasonOf(end)})`),
  ]);
  const columns = [{ align: 'right' }, {}, { shrink: true }] as const;
  return [line(span('dim', 'slowest:')), { kind: 'table', columns, rows }];
}

export function fileLine({ journal, joblog, results, trace }: RunValues): Section[] {
  const files = Object.entries({ journal, joblog, results, trace })
    .filter(([, path]) => path !== undefined)
    .map(([name, path]) => `${name} ${path}`);
  return files.length === 0 ? [] : [line(span('dim', files.join(' · ')))];
}
