import { formatAge } from '../../../report/duration.ts';
import { fitEnd, fitMiddle } from '../../../report/text-width.ts';
import { visibleText } from '../../../report/visible-text.ts';
import { jobAge, type LiveStyle } from './live-style.ts';
import { openNeeds, type PlanJob, type PlanState } from './plan-state.ts';
import type { ProgressState } from './state.ts';

/** When not all jobs have room: what a person looks at first comes first. */
const ORDER: readonly PlanJob['state'][] = ['running', 'failed', 'waiting', 'skipped', 'done'];

/** Cells of sign and age, with the gaps behind them. */
const LEFT_CELLS = { sign: 3, age: 8 };

/**
 * A line for each job of a plan, in the order of its file when all of them have room; else those that
 * matter most now, and how many are left out.
 */
export function renderPlan(
  state: ProgressState & { readonly plan: PlanState },
  nowMs: number,
  height: number,
  style: LiveStyle,
): readonly string[] {
  if (height < 1) return [];
  const jobs = [...state.plan.values()];
  const fits = jobs.length <= height;
  const shown = fits ? jobs : mostImportant(state.plan, height - 1);
  const names = shown.map(({ name }) => style.measure(visibleText(name)));
  const nameCells = Math.min(Math.max(0, ...names), Math.floor((style.columns - 12) / 2));
  const lines = shown.map((job) => renderJob(job, state, { nowMs, nameCells, style }));
  if (fits) return lines;
  const left = `   ${style.glyphs.ellipsis} ${jobs.length - shown.length} more`;
  return [...lines, style.paint('dim', fitEnd(left, style.columns - 1, fitting(style)))];
}

/** Those that wait for least first, among those that wait. */
function mostImportant(plan: PlanState, count: number): readonly PlanJob[] {
  const groups = ORDER.map((state) => [...plan.values()].filter((job) => job.state === state));
  const open = new Map(
    (groups[ORDER.indexOf('waiting')] ?? []).map((job) => [job, openNeeds(plan, job).length]),
  );
  const byOpen = (a: PlanJob, b: PlanJob): number => (open.get(a) ?? 0) - (open.get(b) ?? 0);
  return groups.flatMap((group) => group.sort(byOpen)).slice(0, count);
}

interface Line {
  readonly nowMs: number;
  readonly nameCells: number;
  readonly style: LiveStyle;
}

type Planned = ProgressState & { readonly plan: PlanState };

function renderJob(job: PlanJob, state: Planned, { nowMs, nameCells, style }: Line): string {
  const { measure, paint, columns } = style;
  const name = fitMiddle(visibleText(job.name), nameCells, fitting(style));
  const padding = ' '.repeat(Math.max(0, nameCells - measure(name)));
  const room = columns - 1 - LEFT_CELLS.sign - LEFT_CELLS.age - nameCells - 2;
  const note = fitEnd(noteOf(job, state), Math.max(0, room), fitting(style));
  const sign = signOf(job, state, style);
  const age = ageOf(job, state, nowMs).padStart(LEFT_CELLS.age - 2);
  const tone = job.state === 'waiting' || job.state === 'skipped' ? 'dim' : 'plain';
  const line = `${sign} ${paint('dim', age)}  ${paint(tone, name)}${padding}  ${paint(noteTone(job), note)}`;
  return note === '' ? line.trimEnd() : line;
}

/** In which slot it runs, or how it ended. */
function signOf({ state, sequence, note }: PlanJob, all: Planned, style: LiveStyle): string {
  const { glyphs, paint } = style;
  const sign = (text: string): string => text.padEnd(LEFT_CELLS.sign - 1);
  switch (state) {
    case 'running':
      return sign(String(all.jobs.get(sequence)?.slot ?? '').slice(-2));
    case 'done':
      return paint(note === '' ? 'good' : 'dim', sign(glyphs.good));
    case 'failed':
      return paint('bad', sign(glyphs.bad));
    case 'skipped':
      return paint('dim', sign('-'));
    case 'waiting':
      return paint('dim', sign('.'));
  }
}

function ageOf({ sequence, durationMs }: PlanJob, { jobs }: Planned, nowMs: number): string {
  const running = jobs.get(sequence);
  if (running !== undefined) return jobAge(running, nowMs);
  return durationMs === undefined ? '' : formatAge(durationMs);
}

function noteOf(job: PlanJob, { jobs, plan }: Planned): string {
  const running = jobs.get(job.sequence);
  if (running !== undefined) {
    const again = running.attempt > 1 ? `[try ${running.attempt}] ` : '';
    return again + visibleText(running.command);
  }
  if (job.state !== 'waiting') return visibleText(job.note);
  const open = openNeeds(plan, job);
  return visibleText(open.length === 0 ? 'waits for a slot' : `waits for ${open.join(', ')}`);
}

function noteTone({ state }: PlanJob): 'plain' | 'dim' | 'bad' {
  if (state === 'failed') return 'bad';
  return state === 'running' ? 'plain' : 'dim';
}

function fitting({ measure, glyphs }: LiveStyle): {
  readonly measure: LiveStyle['measure'];
  readonly ellipsis: string;
} {
  return { measure, ellipsis: glyphs.ellipsis };
}
