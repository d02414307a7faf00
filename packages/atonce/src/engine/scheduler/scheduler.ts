import { checkNames, checkSignal, refuse } from '../../kernel/checks.ts';
import { AtonceError } from '../../kernel/errors.ts';
import { dotOf, mermaidOf } from './diagram.ts';
import { type SchedulerOptions, type SchedulerSettings, settleScheduler } from './options.ts';
import { planOf, type SchedulePlan } from './plan.ts';
import type { ScheduleReport } from './report.ts';
import { ScheduleRun } from './schedule-run.ts';
import type { AnyTask, OnDependencyFailure, ScheduledTask } from './scheduled-task.ts';
import { TaskGraph } from './task-graph.ts';

/** Options of one run. */
export interface SchedulerRunOptions {
  /** Stops the run when aborted: nothing new starts, running tasks see their own signal aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs named tasks that depend on each other, each as soon as what it needs is there. */
export interface Scheduler<Results extends object = Record<string, unknown>> {
  /** Tasks so far. */
  readonly size: number;
  /**
   * Adds a task. What it depends on may be added later, as long as nothing runs; while a run is
   * going on the task joins it, and what it depends on must be there.
   *
   * @throws OptionError for a bad field; GraphError for a name that is taken, and while a run is
   * going on for one that is unknown. Nothing is added then.
   */
  add<
    Name extends keyof Results & string,
    Needs extends keyof Results & string = never,
    Policy extends OnDependencyFailure = 'skip',
  >(
    task: ScheduledTask<Results, Name, Needs, Policy>,
  ): void;
  /**
   * Adds several tasks, which may depend on each other in any order, or none of them.
   *
   * @throws as `add`, and GraphError for a cycle while a run is going on.
   */
  addAll(tasks: Iterable<ScheduledTask<Results>>): void;
  /**
   * What would happen, from the estimates alone; runs nothing.
   *
   * @throws GraphError for a cycle or an unknown name.
   */
  plan(): SchedulePlan;
  /**
   * Runs every task, and those that are added meanwhile. Failures and a stop by the signal are in
   * the report. A scheduler can be run again; each run begins from nothing.
   *
   * @throws GraphError for a cycle or an unknown name, AtonceError `E_RUNNING` while a run is going
   * on, and whatever a part of the caller's (a limit, a listener, a retry predicate) has thrown.
   */
  run(options?: SchedulerRunOptions): Promise<ScheduleReport<Results>>;
  /** The graph as a Mermaid flowchart. @throws GraphError as `plan`. */
  toMermaid(): string;
  /** The graph in the language of Graphviz. @throws GraphError as `plan`. */
  toDot(): string;
}

/**
 * Makes a scheduler: tasks with names, priorities and dependencies, each started the moment that
 * what it needs is done, the longest way to the end first.
 *
 * @typeParam Results - What each task gives, by name, to have `context.results` typed.
 * @throws OptionError naming the first bad option.
 */
export function createScheduler<Results extends object = Record<string, unknown>>(
  options: SchedulerOptions = {},
): Scheduler<Results> {
  return new GraphScheduler(settleScheduler(options)) as unknown as Scheduler<Results>;
}

class GraphScheduler {
  private readonly settings: SchedulerSettings;
  private readonly graph: TaskGraph;
  private current: ScheduleRun | null = null;

  constructor(settings: SchedulerSettings) {
    this.settings = settings;
    this.graph = new TaskGraph(settings);
  }

  get size(): number {
    return this.graph.size;
  }

  add(task: AnyTask): void {
    if (this.current === null) this.graph.add(task);
    else this.addAll([task]);
  }

  addAll(tasks: Iterable<AnyTask>): void {
    const { graph } = this;
    if (typeof (tasks as Partial<Iterable<AnyTask>> | null)?.[Symbol.iterator] !== 'function')
      throw refuse('tasks', 'an iterable of tasks', tasks);
    // All of it before the first is added: a generator may add tasks itself, or run the scheduler.
    const all = [...tasks];
    const first = graph.size;
    try {
      for (const task of all) graph.add(task);
      if (this.current !== null) graph.link();
    } catch (error) {
      graph.forget(first);
      throw error;
    }
    if (graph.size > first) this.current?.added();
  }

  plan(): SchedulePlan {
    this.graph.link();
    return planOf(this.graph, this.settings);
  }

  async run(options: SchedulerRunOptions = {}): Promise<ScheduleReport> {
    checkNames('options', options, ['signal']);
    const { signal } = options;
    if (signal !== undefined) checkSignal('signal', signal);
    if (this.current !== null)
      throw new AtonceError('E_RUNNING', 'The scheduler is running; wait for its report');
    this.graph.link();
    return new Promise((resolve, reject) => {
      const ended = (): void => {
        this.current = null;
      };
      const run = new ScheduleRun(this.graph, this.settings, { resolve, reject, ended });
      this.current = run;
      run.start(signal);
    });
  }

  toMermaid(): string {
    this.graph.link();
    return mermaidOf(this.graph);
  }

  toDot(): string {
    this.graph.link();
    return dotOf(this.graph);
  }
}
