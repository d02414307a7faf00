import { formatDuration } from '../../../report/duration.ts';
import { estimateWidth, fitMiddle } from '../../../report/text-width.ts';
import { visibleText } from '../../../report/visible-text.ts';
import { reasonOf } from '../../../runs/job-reason.ts';
import type { JobEnd, JobEvent, JobRecord } from '../../../runs/report.ts';
import type { Paint } from '../paint.ts';

type Started = Extract<JobEvent, { readonly type: 'started' }>;
type Skipped = Extract<JobEvent, { readonly type: 'skipped' }>;
type Retrying = Extract<JobEvent, { readonly type: 'retrying' }>;
type LimitEvent = Extract<JobEvent, { readonly type: 'limit' }>;

/** Longer command lines are cut in their middle; job logs and reports keep them whole. */
const MOST_COMMAND_CELLS = 240;

/** What each job is called in lines: `job 3`, or the name that its plan gives it. */
export type JobNames = ReadonlyMap<number, string>;

/** `job 3: exit 1 after 0.25 s (3 tries): convert a.svg a.png`. */
export function failureLine(job: JobRecord, paint: Paint, names: JobNames): string {
  const tries = job.attempts > 1 ? ` (${job.attempts} tries)` : '';
  const tolerated = job.tolerated === true;
  const reason = paint(tolerated ? 'warning' : 'bad', explainEnd(job.end));
  const allowed = tolerated ? ', which is allowed' : '';
  const left = job.leftProcesses > 0 ? `; ${job.leftProcesses} processes could not be ended` : '';
  const time = formatDuration(job.durationMs);
  const facts = `${reason} after ${time}${tries}${left}${allowed}`;
  return `${nameOf(job, names)}: ${facts}${showCommand(job.command)}`;
}

/** `job 3: exit 1, try 2 in 0.5 s`. */
export function retryLine(event: Retrying, paint: Paint, names: JobNames): string {
  const { end, attempt, delayMs } = event;
  const next = `try ${attempt + 1} in ${formatDuration(delayMs)}`;
  return `${nameOf(event, names)}: ${paint('warning', explainEnd(end))}, ${next}`;
}

/** `job 3: started: convert a.svg a.png`. */
export function startLine(event: Started, paint: Paint, names: JobNames): string {
  return `${nameOf(event, names)}: ${paint('dim', 'started')}${showCommand(event.command)}`;
}

/** `job 3: done after 0.25 s: convert a.svg a.png`. */
export function successLine(job: JobRecord, paint: Paint, names: JobNames): string {
  const how = job.resumed ? 'done before' : `done after ${formatDuration(job.durationMs)}`;
  return `${nameOf(job, names)}: ${paint('good', how)}${showCommand(job.command)}`;
}

/** `deploy: skipped: test failed`. */
export function skipLine(event: Skipped, paint: Paint, names: JobNames): string {
  return `${nameOf(event, names)}: ${paint('dim', 'skipped')}: ${visibleText(event.reason)}`;
}

/** `limit 4 to 8: doubling while it pays`. */
export function limitLine({ from, to, reason }: LimitEvent, paint: Paint): string {
  const change = from === to ? String(to) : `${from} to ${to}`;
  return `${paint('dim', 'limit')} ${change}: ${reason}`;
}

/** The reason with what the system said about it. */
function explainEnd(end: JobEnd): string {
  if ('timeoutMs' in end) return `timeout of ${formatDuration(end.timeoutMs)}`;
  if (!('message' in end) || end.message === '') return reasonOf(end);
  return `${reasonOf(end)} (${visibleText(end.message)})`;
}

function nameOf({ sequence }: { readonly sequence: number }, names: JobNames): string {
  const name = names.get(sequence);
  return name === undefined ? `job ${sequence}` : visibleText(name);
}

/** `: convert a.svg a.png`, or nothing where there is no command. */
function showCommand(command: string): string {
  if (command === '') return '';
  const style = { measure: estimateWidth, ellipsis: '…' };
  return `: ${fitMiddle(visibleText(command), MOST_COMMAND_CELLS, style)}`;
}
