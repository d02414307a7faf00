import type { RetryOptions, ScheduledContext } from 'atonce';
import { holds } from '../condition/evaluate.ts';
import type { PlanTask } from '../plan.ts';
import type { TaskCalls } from '../schedule.ts';
import { retriesOf } from '../time-limits.ts';
import type { PlanJournal } from './plan-journal.ts';
import type { PlanParts } from './plan-parts.ts';
import { filledVariable } from './filled-variable.ts';
import { readOutputs } from './read-outputs.ts';
import type { TaskBook } from './task-book.ts';
import { TaskEndings } from './task-endings.ts';
import { TaskFailure } from './task-failure.ts';
import { runTask, type TaskUse } from './task-process.ts';
import { TaskRecall } from './task-recall.ts';
import { valueIn } from './task-result.ts';

/** One run of a plan: what the scheduler calls when it is a task's turn. */
export class PlanRun implements TaskCalls {
  readonly #parts: PlanParts;
  readonly #book: TaskBook;
  readonly #endings: TaskEndings;
  readonly #recall: TaskRecall;
  /** Tasks whose output others ask for. */
  readonly #read: ReadonlySet<string>;
  readonly #use: TaskUse;
  readonly #active = new Set<Promise<unknown>>();
  #broken: { readonly error: unknown } | undefined;

  constructor(parts: PlanParts, book: TaskBook, journal: PlanJournal | undefined) {
    const { tasks, journal: options } = parts.request;
    this.#parts = parts;
    this.#book = book;
    this.#read = readOutputs(tasks);
    this.#endings = new TaskEndings(parts, book, journal);
    this.#recall = new TaskRecall(journal, book.states, {
      read: this.#read,
      acceptsChanges: options?.acceptChanges === true,
    });
    this.#use = { parts, states: book.states, onShortage: () => this.#endings.relieve() };
  }

  /** Tasks that an earlier run has done and that had to be run again. */
  get changed(): readonly string[] {
    return this.#recall.changed;
  }

  readonly run = (task: PlanTask, { attempt }: ScheduledContext): Promise<void> => {
    const running = this.#attempt(task, attempt);
    this.#active.add(running);
    running.then(
      () => this.#active.delete(running),
      (error: unknown) => {
        this.#active.delete(running);
        if (!(error instanceof TaskFailure)) this.#break(error);
      },
    );
    return running;
  };

  retry(task: PlanTask): RetryOptions | undefined {
    const retries = retriesOf(task, this.#parts.request);
    if (retries === 0) return undefined;
    return {
      attempts: retries + 1,
      on: (error) => error instanceof TaskFailure && error.delayMs !== undefined,
      backoff: (_failed, error) => (error as TaskFailure).delayMs ?? 0,
    };
  }

  /**
   * Nothing is called any more: waits for what still runs, and tells what never ran.
   *
   * @throws what has been thrown that should not have been.
   */
  async finish(): Promise<void> {
    await Promise.allSettled(this.#active);
    for (const task of this.#parts.request.tasks)
      if (!this.#book.isOver(task)) this.#endings.notStarted(task);
    await this.#endings.finish();
    if (this.#broken !== undefined) throw this.#broken.error;
  }

  /** Something threw that none should, for instance the host's own `onEvent`. */
  #break(error: unknown): void {
    this.#broken ??= { error };
    this.#parts.stop.stop('output');
  }

  async #attempt(task: PlanTask, attempt: number): Promise<void> {
    const { stop, slots } = this.#parts;
    if (stop.draining) {
      this.#endings.notStarted(task);
      throw new TaskFailure('the run was stopped');
    }
    if (attempt === 1 && (await this.#isSettled(task))) return;
    this.#endings.begins(task);
    const slot = slots.take();
    const sequence = this.#book.sequenceOf(task);
    const isRead = this.#read.has(task.name);
    try {
      const tried = { task, sequence, attempt, slot, isRead };
      await this.#endings.ended(tried, await runTask(tried, this.#use));
    } finally {
      slots.release(slot);
    }
  }

  /**
   * Whether nothing is to be run: for a group, and for what is done already.
   *
   * @throws TaskFailure when the task is skipped.
   */
  async #isSettled(task: PlanTask): Promise<boolean> {
    if (!this.#holds(task)) {
      this.#endings.leftOut(task);
      throw new TaskFailure('skipped');
    }
    const fingerprint = this.#endings.identify(task);
    if (task.work.kind === 'group') {
      this.#endings.group(task);
      return true;
    }
    const found = this.#recall.find(task, fingerprint);
    if (found === undefined) return false;
    await this.#endings.resumed(task, found);
    return true;
  }

  /** Whether the task's `when` holds. */
  #holds(task: PlanTask): boolean {
    const { states } = this.#book;
    const { env } = this.#parts;
    const succeeded = states.succeeded(task);
    return holds(task.when, {
      env: (name) => filledVariable(task, name, { env, states }),
      platform: process.platform,
      status: (status) =>
        status === 'always' || (status === 'success' ? succeeded : states.failed(task)),
      outcome: (name) => states.get(name)?.outcome ?? 'skipped',
      result: (name, fields) => valueIn(states.get(name)?.result, fields),
    });
  }
}
