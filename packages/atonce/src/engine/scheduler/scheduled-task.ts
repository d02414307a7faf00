import type { RetryOptions } from '../retry.ts';
import type { TaskContext } from '../task.ts';
import type { Priority } from '../priority.ts';

/** What becomes of a task when one that it depends on failed. */
export type OnDependencyFailure = 'skip' | 'run';

/** The results a task can count on: of all its dependencies, unless it runs even if some failed. */
export type Given<
  Results extends object,
  Needs extends keyof Results,
  Policy extends OnDependencyFailure,
> = Policy extends 'run' ? Partial<Pick<Results, Needs>> : Pick<Results, Needs>;

/** What a scheduled task is told. */
export interface ScheduledContext<
  Inputs extends object = Record<string, unknown>,
> extends TaskContext {
  /** The task's name. */
  readonly name: string;
  /** What the tasks it depends on gave, by name. Without a prototype, so that any name is safe. */
  readonly results: Readonly<Inputs>;
  /** The errors of dependencies that failed, by name; empty unless `onDependencyFailure` is `run`. */
  readonly failures: Readonly<Record<string, unknown>>;
  /** Adds to the tokens this task has used, over all its tries. An integer, not negative. */
  usedTokens(count: number): void;
}

/** One task of a scheduler. What is changed in it after it was added is not checked. */
export interface ScheduledTask<
  Results extends object = Record<string, unknown>,
  Name extends keyof Results & string = keyof Results & string,
  Needs extends keyof Results & string = keyof Results & string,
  Policy extends OnDependencyFailure = OnDependencyFailure,
> {
  /** What others call it by. Any text but an empty one, once in a scheduler. */
  readonly name: Name;
  /** The work. Called once for each try. */
  run(
    context: ScheduledContext<Given<Results, Needs, Policy>>,
  ): Results[Name] | PromiseLike<Results[Name]>;
  /**
   * Tasks that must be over before this one starts. They may be added later, before the run.
   *
   * @defaultValue none
   */
  readonly dependsOn?: readonly Needs[] | undefined;
  /**
   * What starts first among tasks that could start.
   *
   * @defaultValue 'normal'
   */
  readonly priority?: Priority | undefined;
  /**
   * How long it will take, milliseconds. Decides the order, never a time limit.
   *
   * @defaultValue the scheduler's `estimates`; else the mean of what is known; else 1
   */
  readonly estimatedMs?: number | undefined;
  /**
   * Tokens it will use, reserved from the budget when it starts.
   *
   * @defaultValue 0
   */
  readonly estimatedTokens?: number | undefined;
  /**
   * By when it should be over, milliseconds after the start of the run, or after `add` for a task
   * added while it runs.
   *
   * @defaultValue never
   */
  readonly deadlineMs?: number | undefined;
  /**
   * Name of a limit of the scheduler's `pools`, of which it takes one slot while it runs.
   *
   * @defaultValue none
   */
  readonly pool?: string | undefined;
  /**
   * Slots of the scheduler's `concurrency` it takes while it runs. More than 1 needs a
   * `concurrency` that is a number.
   *
   * @defaultValue 1
   */
  readonly weight?: number | undefined;
  /**
   * When it is tried again after a failure. Between tries it holds no slot.
   *
   * @defaultValue the scheduler's `retry`
   */
  readonly retry?: RetryOptions | undefined;
  /**
   * Time limit of each attempt, milliseconds.
   *
   * @defaultValue the scheduler's `timeoutMs`
   */
  readonly timeoutMs?: number | undefined;
  /** Cancels this one task when aborted, whether it runs already or not. */
  readonly signal?: AbortSignal | undefined;
  /**
   * `skip` gives it up when a task it depends on failed or was skipped; `run` starts it all the same
   * once all are over, with their errors in `context.failures`.
   *
   * @defaultValue 'skip'
   */
  readonly onDependencyFailure?: Policy | undefined;
}

/** A task as the engine sees it, whatever its results are. */
export type AnyTask = Omit<ScheduledTask, 'run'> & {
  run(context: ScheduledContext): unknown;
};

/** Names of the fields, for telling unknown ones. */
export const TASK_FIELDS: readonly string[] = [
  'name',
  'run',
  'dependsOn',
  'priority',
  'estimatedMs',
  'estimatedTokens',
  'deadlineMs',
  'pool',
  'weight',
  'retry',
  'timeoutMs',
  'signal',
  'onDependencyFailure',
];
