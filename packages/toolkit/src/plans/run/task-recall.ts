import type { PlanTask } from '../plan.ts';
import type { FoundTask, PlanJournal } from './plan-journal.ts';
import type { TaskStates } from './task-states.ts';

/** What decides whether a task of an earlier run still counts. */
export interface RecallRules {
  /** Tasks whose output others ask for. */
  readonly read: ReadonlySet<string>;
  /** What is done counts although it has changed since. */
  readonly acceptsChanges: boolean;
}

/** Finds tasks that are done already. */
export class TaskRecall {
  /** Tasks that the journal has and that must be run again. */
  readonly changed: string[] = [];
  readonly #journal: PlanJournal | undefined;
  readonly #states: TaskStates;
  readonly #rules: RecallRules;

  constructor(journal: PlanJournal | undefined, states: TaskStates, rules: RecallRules) {
    this.#journal = journal;
    this.#states = states;
    this.#rules = rules;
  }

  /** The task as it was done; undefined when it must be run. */
  find(task: PlanTask, fingerprint: string): FoundTask | undefined {
    const found = this.#journal?.find(task.name);
    if (found === undefined) return undefined;
    const { read, acceptsChanges } = this.#rules;
    const lacksResult = read.has(task.name) && found.result === undefined;
    const isSame = found.fingerprint === fingerprint || acceptsChanges;
    // What was made anew may be something else than before.
    if (isSame && !lacksResult && !this.#states.someRan(task)) return found;
    this.changed.push(task.name);
    return undefined;
  }
}
