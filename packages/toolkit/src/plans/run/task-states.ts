import type { Outcome } from '../condition/evaluate.ts';
import type { PlanTask } from '../plan.ts';
import type { TaskResult } from './task-result.ts';

/** How a task of a run ended. */
export interface TaskState {
  readonly outcome: Outcome;
  /** It failed, and that is allowed. */
  readonly tolerated: boolean;
  /** Why it was skipped or cancelled, for people. */
  readonly reason: string | undefined;
  readonly result: TaskResult | undefined;
  /** It was run now, not taken from a journal. */
  readonly ran: boolean;
  /** Identifies what it was made of. */
  readonly fingerprint: string;
}

/** How the tasks of a run have ended so far. */
export class TaskStates {
  readonly #states = new Map<string, TaskState>();
  /** Tasks that failed, and all that come after one. */
  readonly #afterFailure = new Set<string>();

  get(name: string): TaskState | undefined {
    return this.#states.get(name);
  }

  set({ name, needs }: PlanTask, state: TaskState): void {
    this.#states.set(name, state);
    const failed =
      state.outcome === 'failure' || needs.some((need) => this.#afterFailure.has(need));
    if (failed) this.#afterFailure.add(name);
  }

  /** Every task that this one needs has succeeded. */
  succeeded({ needs }: PlanTask): boolean {
    return needs.every((need) => this.#states.get(need)?.outcome === 'success');
  }

  /** A task that this one needs, or one that these need, has failed. */
  failed({ needs }: PlanTask): boolean {
    return needs.some((need) => this.#afterFailure.has(need));
  }

  /** What this task needs and was run now. */
  someRan({ needs }: PlanTask): boolean {
    return needs.some((need) => this.#states.get(need)?.ran === true);
  }

  /** Why a task that needs success is not run: `test failed`. */
  obstacle({
    needs,
  }: PlanTask): { readonly outcome: Outcome; readonly reason: string } | undefined {
    for (const outcome of ['cancelled', 'failure', 'skipped'] as const) {
      const need = needs.find((name) => this.#states.get(name)?.outcome === outcome);
      if (need !== undefined) return { outcome, reason: `${need} ${WORDS[outcome]}` };
    }
    return undefined;
  }
}

const WORDS = { cancelled: 'was cancelled', failure: 'failed', skipped: 'was skipped' } as const;
