import { formatCount } from '../../../report/count.ts';
import { formatAge } from '../../../report/duration.ts';
import { fitEnd, fitMiddle, type MeasureText } from '../../../report/text-width.ts';
import { visibleText } from '../../../report/visible-text.ts';
import { jobAge, type LiveStyle } from './live-style.ts';
import { renderPlan } from './render-plan.ts';
import {
  endedJobs,
  jobsPerSecond,
  type ProgressState,
  remainingMs,
  type RunningJob,
} from './state.ts';

/** Below this there is room for counts only. */
const NARROW = 40;
/** More lines than this tell nobody more. */
const MOST_JOB_LINES = 16;
/** Plans have a shape, which is seen best whole. */
const MOST_PLAN_LINES = 30;
/** Names are shorter than commands. */
const NARROWEST_PLAN = 30;
const BAR = { least: 8, most: 30 };

/**
 * The lines of the live region: where the run stands, then a line for each running job while there
 * is height. No line is as wide as the terminal, so none is ever wrapped.
 */
export function renderLive(
  state: ProgressState,
  nowMs: number,
  style: LiveStyle,
): readonly string[] {
  const width = Math.max(1, style.columns - 1);
  const { plan } = state;
  const isNarrow = style.columns <= NARROW;
  const head = isNarrow
    ? renderCounts(state, width, style)
    : renderSummary(state, nowMs, width, style);
  // The line above the region and the one the shell writes next stay in sight.
  const room = style.rows - 3;
  if (plan !== undefined && style.columns >= NARROWEST_PLAN)
    return [head, ...renderPlan({ ...state, plan }, nowMs, Math.min(MOST_PLAN_LINES, room), style)];
  if (isNarrow) return [head];
  const height = Math.min(MOST_JOB_LINES, room);
  return [head, ...renderJobs(state, nowMs, height, style)];
}

/** `12/100 2 failed`: what is left in a narrow terminal, as much of it as fits. */
function renderCounts(state: ProgressState, width: number, style: LiveStyle): string {
  const counts = [
    ofTotal(state),
    ...(state.failed > 0 ? [`${formatCount(state.failed)} failed`] : []),
    ...(state.skipped > 0 ? [`${formatCount(state.skipped)} skipped`] : []),
    ...(state.stopping === undefined ? [] : ['stopping']),
  ];
  let line = fitEnd(counts[0] ?? '', width, fitting(style));
  for (const count of counts.slice(1)) {
    if (line.length + 1 + count.length > width) break;
    line += ` ${count}`;
  }
  return line;
}

function ofTotal(state: ProgressState): string {
  const ended = formatCount(endedJobs(state));
  return state.total === undefined ? `${ended} done` : `${ended}/${formatCount(state.total)}`;
}

/** Facts from the most to the least important: those that do not fit are left out, then the bar grows. */
function renderSummary(
  state: ProgressState,
  nowMs: number,
  width: number,
  style: LiveStyle,
): string {
  let used = 0;
  const facts: string[] = [];
  for (const { text, tone } of summaryFacts(state, nowMs)) {
    const cells = style.measure(text) + (facts.length === 0 ? 0 : 2);
    if (used + cells > width) break;
    used += cells;
    facts.push(style.paint(tone, text));
  }
  const barWidth = Math.min(BAR.most, width - used - 2);
  const bar =
    state.total === undefined || barWidth < BAR.least ? [] : [renderBar(state, barWidth, style)];
  return [...bar, ...facts].join('  ');
}

interface Fact {
  readonly text: string;
  readonly tone: 'plain' | 'strong' | 'dim' | 'bad' | 'warning';
}

function summaryFacts(state: ProgressState, nowMs: number): readonly Fact[] {
  const facts: Fact[] = [{ text: ofTotal(state), tone: 'strong' }];
  if (state.stopping !== undefined) facts.push(stoppingFact(state));
  if (state.failed > 0) facts.push({ text: `${formatCount(state.failed)} failed`, tone: 'bad' });
  if (state.skipped > 0)
    facts.push({ text: `${formatCount(state.skipped)} skipped`, tone: 'warning' });
  const leftMs = state.stopping === undefined ? remainingMs(state, nowMs) : undefined;
  if (leftMs !== undefined) facts.push({ text: `${formatAge(leftMs)} left`, tone: 'plain' });
  const rate = jobsPerSecond(state, nowMs);
  if (rate > 0 && state.plan === undefined) facts.push({ text: formatRate(rate), tone: 'dim' });
  if (state.limit !== undefined)
    facts.push({ text: `limit ${formatCount(state.limit)}`, tone: 'dim' });
  facts.push({ text: formatAge(nowMs - state.startedMs), tone: 'dim' });
  if (state.retries > 0)
    facts.push({ text: `${formatCount(state.retries)} retried`, tone: 'warning' });
  if (state.resumed > 0) facts.push({ text: `${formatCount(state.resumed)} resumed`, tone: 'dim' });
  return facts;
}

function stoppingFact(state: ProgressState): Fact {
  if (state.stopping === 'now') return { text: 'killing', tone: 'warning' };
  return { text: `stopping ${formatCount(state.running)}, again to kill`, tone: 'warning' };
}

/** `3.2/s`, `12/min`, `1,234/s`. */
function formatRate(perSecond: number): string {
  if (perSecond >= 100) return `${formatCount(Math.round(perSecond))}/s`;
  if (perSecond >= 0.95) return `${perSecond.toFixed(1)}/s`;
  return `${(perSecond * 60).toFixed(1)}/min`;
}

function renderBar(state: ProgressState, width: number, { glyphs, paint }: LiveStyle): string {
  const { total = 0 } = state;
  const cells = (count: number): number => (total === 0 ? 0 : Math.floor((count / total) * width));
  const ended = Math.min(width, cells(endedJobs(state)));
  // One failure in a million is still seen.
  const failed = Math.min(ended, state.failed > 0 ? Math.max(1, cells(state.failed)) : 0);
  return (
    paint('good', glyphs.full.repeat(ended - failed)) +
    paint('bad', glyphs.failed.repeat(failed)) +
    paint('dim', glyphs.empty.repeat(width - ended))
  );
}

function renderJobs(
  state: ProgressState,
  nowMs: number,
  height: number,
  style: LiveStyle,
): readonly string[] {
  if (height < 1) return [];
  const jobs = [...state.jobs.values()].sort((a, b) => a.slot - b.slot);
  const fits = jobs.length <= height;
  const shown = fits ? jobs : jobs.slice(0, height - 1);
  const slotWidth = String(shown.at(-1)?.slot ?? 1).length;
  const lines = shown.map((job) => renderJob(job, nowMs, slotWidth, style));
  if (fits) return lines;
  const more = `${' '.repeat(slotWidth)}  ${style.glyphs.ellipsis} ${jobs.length - shown.length} more running`;
  return [...lines, style.paint('dim', more)];
}

function renderJob(job: RunningJob, nowMs: number, slotWidth: number, style: LiveStyle): string {
  const slot = String(job.slot).padStart(slotWidth);
  const age = jobAge(job, nowMs);
  const left = `${slot}  ${age.padStart(6)}  `;
  const again = job.attempt > 1 ? `[try ${job.attempt}] ` : '';
  const room = style.columns - 1 - left.length - again.length;
  const command = fitMiddle(visibleText(job.command), room, fitting(style));
  return `${style.paint('dim', left)}${style.paint('warning', again)}${command}`;
}

function fitting(style: LiveStyle): { readonly measure: MeasureText; readonly ellipsis: string } {
  return { measure: style.measure, ellipsis: style.glyphs.ellipsis };
}
