import { basename } from 'node:path';
import type { Json, JournalSession } from 'atonce';
import { journalOfRun } from '../../runs/journal-of-run.ts';
import type { JobEnd, JobRecord } from '../../runs/report.ts';
import { PLAN_TASK } from '../durations/journal-durations.ts';
import type { PlanParts } from './plan-parts.ts';
import type { TaskResult } from './task-result.ts';

/** What a journal keeps of a task that is done. */
export interface KeptTask {
  readonly fingerprint: string;
  readonly slot: number;
  readonly command: string;
  readonly outputBytes: number;
  /** Other than success for a failure that is allowed. */
  readonly end: JobEnd;
  readonly result?: TaskResult;
}

/** A task of an earlier run. */
export interface FoundTask extends KeptTask {
  readonly attempts: number;
  readonly startedAt: number;
  readonly durationMs: number;
}

/** A plan's journal: tasks by their names, each with what its answer depended on. */
export class PlanJournal {
  readonly #session: JournalSession;

  private constructor(session: JournalSession) {
    this.#session = session;
  }

  /** @throws the journal's errors when it cannot be opened or belongs to something else. */
  static async open({ request, stop, monitor }: PlanParts): Promise<PlanJournal | undefined> {
    const { journal, plan } = request;
    if (journal === undefined) return undefined;
    const opener = journalOfRun(journal, { stop, warn: (text) => monitor.warn(text) });
    const options = { file: basename(plan.file) };
    return new PlanJournal(await opener.open({ task: PLAN_TASK, code: PLAN_TASK, options }));
  }

  /** What the journal has of a task; undefined when it is not done. */
  find(name: string): FoundTask | undefined {
    const entry = this.#session.done(name);
    if (entry === undefined) return undefined;
    const { value, attempts, startedAt, durationMs } = entry;
    return isKept(value) ? { ...value, attempts, startedAt, durationMs } : undefined;
  }

  /** Resolves when the task is as durably done as journals promise. */
  async done(name: string, job: JobRecord, kept: KeptTask): Promise<void> {
    const { sequence, attempts, startedAt, durationMs } = job;
    const facts = { key: name, index: sequence - 1, attempts, startedAt, durationMs };
    await this.#session.append({ type: 'done', ...facts, value: kept as unknown as Json });
  }

  async failed(name: string, { sequence, attempts }: JobRecord, error: Error): Promise<void> {
    await this.#session.append({ type: 'fail', key: name, index: sequence - 1, error, attempts });
  }

  async close(): Promise<void> {
    await this.#session.close();
  }
}

/** A journal whose change of owner was accepted may hold anything under a task's name. */
function isKept(value: unknown): value is KeptTask {
  const { fingerprint, end } = (value ?? {}) as Partial<Record<keyof KeptTask, unknown>>;
  return typeof fingerprint === 'string' && typeof end === 'object' && end !== null;
}
