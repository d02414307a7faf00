import type { JobEvent } from '../../../runs/report.ts';
import { applyToPlan, initialPlan, type PlanState } from './plan-state.ts';

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
  /** How many jobs may run at once now, where that is found while they run. */
  limit: number | undefined;
  /** Those from the journal included. */
  succeeded: number;
  failed: number;
  cancelled: number;
  /** Jobs of a plan that will not be run. */
  skipped: number;
  resumed: number;
  retries: number;
  /** The run was asked to stop. */
  stopping: 'gently' | 'now' | undefined;
  /** By sequence number. */
  readonly jobs: Map<number, RunningJob>;
  /** Where the jobs of a plan stand; undefined when there is none. */
  plan: PlanState | undefined;
  /** How long the plan is expected to take; undefined when that is not known. */
  expectedMs: number | undefined;
}

/** The state before anything has happened. */
export function initialState(nowMs: number): ProgressState {
  return {
    startedMs: nowMs,
    total: undefined,
    running: 0,
    limit: undefined,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
    skipped: 0,
    resumed: 0,
    retries: 0,
    stopping: undefined,
    jobs: new Map(),
    plan: undefined,
    expectedMs: undefined,
  };
}

/** Brings the state up to date with what happened. */
export function applyEvent(state: ProgressState, event: JobEvent, nowMs: number): void {
  if (state.plan !== undefined) applyToPlan(state.plan, event);
  switch (event.type) {
    case 'planned':
      state.plan = initialPlan(event.jobs);
      state.total = event.jobs.length;
      state.expectedMs = event.expectedMs;
      return;
    case 'skipped':
      state.skipped += 1;
      return;
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
    case 'limit':
      state.limit = event.to;
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
  return state.succeeded + state.failed + state.cancelled + state.skipped;
}

/** Jobs that really ran to an end, per second since the start; 0 before the first. */
export function jobsPerSecond(state: ProgressState, nowMs: number): number {
  const elapsedMs = nowMs - state.startedMs;
  return elapsedMs > 0 ? ((endedJobs(state) - state.resumed) * 1000) / elapsedMs : 0;
}

/**
 * Milliseconds left at the present rate; undefined when the total or the rate is not known. Of a plan,
 * whose jobs are of all lengths, what is left of the time that was expected.
 */
export function remainingMs(state: ProgressState, nowMs: number): number | undefined {
  if (state.plan !== undefined) {
    const leftMs = (state.expectedMs ?? 0) - (nowMs - state.startedMs);
    return leftMs > 0 ? leftMs : undefined;
  }
  const rate = jobsPerSecond(state, nowMs);
  if (state.total === undefined || rate === 0) return undefined;
  return (Math.max(0, state.total - endedJobs(state)) * 1000) / rate;
}
