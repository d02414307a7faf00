import { formatCount } from '../../../report/count.ts';
import { formatDuration } from '../../../report/duration.ts';
import { visibleText } from '../../../report/visible-text.ts';
import type { Paint } from '../paint.ts';
import { JobLog } from './job-log.ts';
import { applyEvent, endedJobs, initialState, type ProgressState, remainingMs } from './state.ts';
import type { ProgressView, ViewStreams } from './view.ts';

/** More names of running jobs make no line clearer. */
const MOST_NAMES = 5;

/** How lines without a live terminal are written. */
export interface PlainViewOptions {
  readonly paint: Paint;
  readonly verbose: boolean;
  /** Milliseconds between two lines that say where the run stands. */
  readonly heartbeatMs: number;
}

/** Writes a line for what matters, failures and retries, and one for where the run stands now and then. */
export function createPlainView(streams: ViewStreams, options: PlainViewOptions): ProgressView {
  const { stdout, stderr } = streams;
  const state = initialState(performance.now());
  const print = (line: string): void => void stderr.write(`atonce: ${line}\n`);
  const log = new JobLog({ ...options, print });
  const heartbeat = setInterval(
    () => print(standLine(state, performance.now())),
    options.heartbeatMs,
  );
  heartbeat.unref();
  return {
    jobStdout: stdout,
    jobStderr: stderr,
    onEvent(event) {
      applyEvent(state, event, performance.now());
      log.onEvent(event);
    },
    onStop: (how) => print(stopLine(how, state)),
    close: () => clearInterval(heartbeat),
  };
}

/** `12 of 100 done, 1 failed, 4 running, 25 s left`. */
function standLine(state: ProgressState, nowMs: number): string {
  const ended = formatCount(endedJobs(state));
  const leftMs = remainingMs(state, nowMs);
  const facts = [
    state.total === undefined ? `${ended} done` : `${ended} of ${formatCount(state.total)} done`,
    ...(state.failed > 0 ? [`${formatCount(state.failed)} failed`] : []),
    runningFact(state),
    `${formatDuration(nowMs - state.startedMs)} so far`,
    ...(leftMs === undefined ? [] : [`${formatDuration(leftMs)} left`]),
  ];
  return facts.join(', ');
}

/** `4 running`, or `4 of at most 8 running` where the limit is found while jobs run. */
function runningFact(state: ProgressState): string {
  const { running, limit } = state;
  const most = limit === undefined ? '' : ` of at most ${formatCount(limit)}`;
  return `${formatCount(running)}${most} running${namesOf(state)}`;
}

/** A plan's jobs have names; the first few say enough. */
function namesOf({ plan, jobs }: ProgressState): string {
  const names = [...jobs.keys()].flatMap((sequence) => plan?.get(sequence)?.name ?? []);
  if (names.length === 0) return '';
  const more = names.length > MOST_NAMES ? ', ...' : '';
  return ` (${visibleText(names.slice(0, MOST_NAMES).join(', '))}${more})`;
}

/** What a first and a second request to stop are answered with. */
function stopLine(how: 'gently' | 'now', state: ProgressState): string {
  if (how === 'now') return 'killing the running jobs';
  return `stopping: ${formatCount(state.running)} running; once more to kill them`;
}
