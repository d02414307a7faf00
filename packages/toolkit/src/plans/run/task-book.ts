import type { JobRecord } from '../../runs/report.ts';
import type { PlanTask } from '../plan.ts';
import type { PlanHost } from '../plan-request.ts';
import type { TaskReport } from '../plan-report.ts';
import type { PlanParts } from './plan-parts.ts';
import { type TaskState, TaskStates } from './task-states.ts';

/** Writes down how each task ended, exactly once, and tells whoever watches. */
export class TaskBook {
  readonly states: TaskStates = new TaskStates();
  readonly #parts: PlanParts;
  readonly #onEvent: NonNullable<PlanHost['onEvent']>;
  readonly #sequences: ReadonlyMap<string, number>;
  readonly #reports = new Map<string, TaskReport>();

  constructor(parts: PlanParts, onEvent: PlanHost['onEvent']) {
    const { tasks } = parts.request;
    this.#parts = parts;
    this.#onEvent = onEvent ?? (() => undefined);
    this.#sequences = new Map(tasks.map(({ name }, index) => [name, index + 1]));
  }

  /** Its number, from 1 in the order of the file. */
  sequenceOf({ name }: PlanTask): number {
    return this.#sequences.get(name) as number;
  }

  /** Tells what there is to do, and how long that is expected to take. */
  begin(expectedMs: number | undefined): void {
    const jobs = this.#parts.request.tasks.map((task) => ({
      sequence: this.sequenceOf(task),
      name: task.name,
      needs: task.needs.map((need) => this.#sequences.get(need) as number),
    }));
    this.#onEvent({ type: 'planned', jobs, expectedMs });
  }

  isOver({ name }: PlanTask): boolean {
    return this.#reports.has(name);
  }

  /** The task was run, now or before, and is over. */
  ran(task: PlanTask, job: JobRecord, state: TaskState): void {
    this.#enter(task, job, state);
    this.#parts.monitor.finished(job);
  }

  /** The task is not run: because of what it waits for, of its `when`, or because the run is stopped. */
  leftOut(task: PlanTask, outcome: 'skipped' | 'cancelled', reason: string): void {
    if (this.isOver(task)) return;
    const state = { outcome, reason, tolerated: false, ran: false, fingerprint: outcome } as const;
    this.#enter(task, undefined, { ...state, result: undefined });
    if (outcome === 'cancelled') this.#parts.monitor.neverStarted();
    else this.#onEvent({ type: 'skipped', sequence: this.sequenceOf(task), reason });
  }

  /** In the order of the file. */
  reports(): readonly TaskReport[] {
    return this.#parts.request.tasks.flatMap(({ name }) => this.#reports.get(name) ?? []);
  }

  #enter(task: PlanTask, job: JobRecord | undefined, state: TaskState): void {
    const { name } = task;
    const { outcome, tolerated, reason } = state;
    this.states.set(task, state);
    this.#reports.set(name, { name, outcome, tolerated, reason, job });
  }
}
