import { isSuccess, reasonOf } from '../../../runs/job-reason.ts';
import type { JobEvent, JobRecord, PlannedJob } from '../../../runs/report.ts';

/** Where a job of a plan stands. */
export interface PlanJob extends PlannedJob {
  state: 'waiting' | 'running' | 'done' | 'failed' | 'skipped';
  /** How long it took, milliseconds; undefined while it is not over, and when nothing was run. */
  durationMs: number | undefined;
  /** How it ended when not well, or why it was skipped. */
  note: string;
}

/** The jobs of a plan, by sequence number, in the order of its file. */
export type PlanState = Map<number, PlanJob>;

/** The state of a plan before anything has happened. */
export function initialPlan(jobs: readonly PlannedJob[]): PlanState {
  return new Map(
    jobs.map((job) => [
      job.sequence,
      { ...job, state: 'waiting', durationMs: undefined, note: '' } as const,
    ]),
  );
}

/** Brings the plan up to date with what happened. */
export function applyToPlan(plan: PlanState, event: JobEvent): void {
  if (event.type === 'started') change(plan, event.sequence, { state: 'running' });
  if (event.type === 'skipped')
    change(plan, event.sequence, { state: 'skipped', note: event.reason });
  if (event.type === 'finished') change(plan, event.job.sequence, endOf(event.job));
}

function change(plan: PlanState, sequence: number, changes: Partial<PlanJob>): void {
  const job = plan.get(sequence);
  if (job !== undefined) Object.assign(job, changes);
}

function endOf({ end, tolerated, slot, resumed, durationMs }: JobRecord): Partial<PlanJob> {
  const note = resumed ? 'done before' : isSuccess(end) ? '' : reasonOf(end);
  const state = isSuccess(end) || tolerated === true ? 'done' : 'failed';
  return { state, note, durationMs: slot > 0 ? durationMs : undefined };
}

/** Names of the jobs that this one still waits for. */
export function openNeeds(plan: PlanState, { needs }: PlanJob): readonly string[] {
  return needs.flatMap((sequence) => {
    const need = plan.get(sequence);
    return need?.state === 'waiting' || need?.state === 'running' ? [need.name] : [];
  });
}
