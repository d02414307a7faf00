import { formatAge } from '../../../report/duration.ts';
import type { MeasureText } from '../../../report/text-width.ts';
import type { Glyphs } from '../glyphs.ts';
import type { Paint } from '../paint.ts';
import type { RunningJob } from './state.ts';

/** How the live region looks. */
export interface LiveStyle {
  /** Cells in a line of the terminal. */
  readonly columns: number;
  /** Lines of the terminal. */
  readonly rows: number;
  readonly paint: Paint;
  readonly glyphs: Glyphs;
  readonly measure: MeasureText;
}

/** How long a job has been running, or how long it still waits for its next try. */
export function jobAge(job: RunningJob, nowMs: number): string {
  if (job.retryMs === undefined || job.retryMs <= nowMs) return formatAge(nowMs - job.startedMs);
  return `-${formatAge(job.retryMs - nowMs)}`;
}
