import { formatDuration } from '../../../report/duration.ts';
import { estimateWidth, fitMiddle } from '../../../report/text-width.ts';
import { visibleText } from '../../../report/visible-text.ts';
import { reasonOf } from '../../../runs/job-reason.ts';
import type { JobEnd, JobEvent, JobRecord } from '../../../runs/report.ts';
import type { Paint } from '../paint.ts';

type Started = Extract<JobEvent, { readonly type: 'started' }>;
type Retrying = Extract<JobEvent, { readonly type: 'retrying' }>;

/** Longer command lines are cut in their middle; job logs and reports keep them whole. */
const MOST_COMMAND_CELLS = 240;

/** `job 3: exit 1 after 0.25 s (3 tries): convert a.svg a.png`. */
export function failureLine(job: JobRecord, paint: Paint): string {
  const tries = job.attempts > 1 ? ` (${job.attempts} tries)` : '';
  const reason = paint('bad', explainEnd(job.end));
  const left = job.leftProcesses > 0 ? `; ${job.leftProcesses} processes could not be ended` : '';
  const time = formatDuration(job.durationMs);
  return `job ${job.sequence}: ${reason} after ${time}${tries}${left}: ${showCommand(job.command)}`;
}

/** `job 3: exit 1, try 2 in 0.5 s`. */
export function retryLine({ sequence, end, attempt, delayMs }: Retrying, paint: Paint): string {
  const next = `try ${attempt + 1} in ${formatDuration(delayMs)}`;
  return `job ${sequence}: ${paint('warning', explainEnd(end))}, ${next}`;
}

/** `job 3: started: convert a.svg a.png`. */
export function startLine({ sequence, command }: Started, paint: Paint): string {
  return `job ${sequence}: ${paint('dim', 'started')}: ${showCommand(command)}`;
}

/** `job 3: done after 0.25 s: convert a.svg a.png`. */
export function successLine(job: JobRecord, paint: Paint): string {
  const how = job.resumed ? 'done before' : `done after ${formatDuration(job.durationMs)}`;
  return `job ${job.sequence}: ${paint('good', how)}: ${showCommand(job.command)}`;
}

/** The reason with what the system said about it. */
function explainEnd(end: JobEnd): string {
  if ('timeoutMs' in end) return `timeout of ${formatDuration(end.timeoutMs)}`;
  if (!('message' in end) || end.message === '') return reasonOf(end);
  return `${reasonOf(end)} (${visibleText(end.message)})`;
}

function showCommand(command: string): string {
  const style = { measure: estimateWidth, ellipsis: '…' };
  return fitMiddle(visibleText(command), MOST_COMMAND_CELLS, style);
}
