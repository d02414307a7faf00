import type { JobEvent } from '../../../runs/report.ts';

/** A job that has a slot now. */
export interface RunningJob {
  readonly sequence: number;
  readonly slot: number;
  readonly command: string;
  /** On the clock the state is kept with. */
  readonly startedMs: number;
  /** When the next attempt begins, while the job waits between two. */
  readonly retryMs: number | undefined;
  readonly attempt: number;
}

/** Everything that any way of showing progress looks at. Times are of one monotonic clock. */
export interface ProgressState {
  readonly startedMs: number;
  total: number | undefined;
  running: number;
  /** Those from the journal included. */
  succeeded: number;
  failed: number;
  cancelled: number;
  resumed: number;
  retries: number;
  /** The run was asked to stop. */
  stopping: 'gently' | 'now' | undefined;
  /** By sequence number. */
  readonly jobs: Map<number, RunningJob>;
}

/** The state before anything has happened. */
export function initialState(nowMs: number): ProgressState {
  return {
    startedMs: nowMs,
    total: undefined,
    running: 0,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
    resumed: 0,
    retries: 0,
    stopping: undefined,
    jobs: new Map(),
  };
}

/** Brings the state up to date with what happened. */
export function applyEvent(state: ProgressState, event: JobEvent, nowMs: number): void {
  switch (event.type) {
    case 'started': {
      const { sequence, slot, command } = event;
      const attempt = state.jobs.get(sequence)?.attempt ?? 1;
      const job = { sequence, slot, command, startedMs: nowMs, retryMs: undefined, attempt };
      state.jobs.set(sequence, job);
      return;
    }
    case 'retrying': {
      state.retries += 1;
      const job = state.jobs.get(event.sequence);
      if (job === undefined) return;
      const retryMs = nowMs + event.delayMs;
      state.jobs.set(event.sequence, { ...job, retryMs, attempt: event.attempt + 1 });
      return;
    }
    case 'finished':
      state.jobs.delete(event.job.sequence);
      if (event.job.end.kind === 'cancelled') state.cancelled += 1;
      return;
    case 'counts':
      state.total = event.total;
      state.running = event.running;
      state.succeeded = event.succeeded;
      state.failed = event.failed;
      state.resumed = event.resumed;
  }
}

/** Jobs that ended, whatever way, those from the journal included. */
export function endedJobs(state: ProgressState): number {
  return state.succeeded + state.failed + state.cancelled;
}

/** Jobs that really ran to an end, per second since the start; 0 before the first. */
export function jobsPerSecond(state: ProgressState, nowMs: number): number {
  const elapsedMs = nowMs - state.startedMs;
  return elapsedMs > 0 ? ((endedJobs(state) - state.resumed) * 1000) / elapsedMs : 0;
}

/** Milliseconds left at the present rate; undefined when the total or the rate is not known. */
export function remainingMs(state: ProgressState, nowMs: number): number | undefined {
  const rate = jobsPerSecond(state, nowMs);
  if (state.total === undefined || rate === 0) return undefined;
  return (Math.max(0, state.total - endedJobs(state)) * 1000) / rate;
}
