import { refuse } from '../kernel/checks.ts';
import type { GaveUp } from '../kernel/outcome.ts';
import type { Job } from './job.ts';
import type { JournalEntry, JournalPlan, JournalRecord, JournalSession } from './journal.ts';
import type { Settings } from './options.ts';
import { moduleTaskSource } from './task.ts';

/** What the plan says of a run: whatever could change an answer. */
export function journalPlan<T>(task: object, settings: Settings<T>): JournalPlan {
  const source = moduleTaskSource(task);
  const { timeoutMs, retryAttempts, desc, key } = settings;
  return {
    task:
      source === undefined
        ? (task as { name?: string }).name || 'anonymous function'
        : `${source.url}#${source.exportName}`,
    code: source === undefined ? Function.prototype.toString.call(task) : source.fingerprint(),
    options: {
      timeoutMs,
      attempts: Number.isFinite(retryAttempts) ? retryAttempts : 'Infinity',
      key: key === undefined ? 'content' : Function.prototype.toString.call(key),
      ...(desc === undefined ? {} : { desc }),
    },
  };
}

/** How an item's task ended. */
export type TaskEnd<R> =
  | { readonly ok: true; readonly value: R }
  | { readonly ok: false; readonly error: unknown; readonly gaveUp: GaveUp };

/** A run's dealings with its journal: keys for items, what is done already, what is being written. */
export class Journaling<T> {
  readonly #session: JournalSession;
  readonly #key: (item: T) => string | number;
  /** How often each key came so far, so that equal items each have an entry of their own. */
  readonly #occurrences = new Map<string, number>();

  constructor(session: JournalSession, key: ((item: T) => string | number) | undefined) {
    this.#session = session;
    this.#key = key ?? ((item) => session.keyOf(item));
  }

  /** Gives the job its key and looks it up; undefined means it must be run. */
  find(job: Job<T>): JournalEntry | undefined {
    const given = this.#key(job.item);
    if (typeof given !== 'string' && typeof given !== 'number')
      throw refuse('the result of key', 'a string or number', given);
    const key = String(given);
    const before = this.#occurrences.get(key) ?? 0;
    this.#occurrences.set(key, before + 1);
    // U+001F separates, so that the second "a" and a first "a#2" do not meet.
    job.key = before === 0 ? key : `${key}\u001f${before + 1}`;
    return this.#session.done(job.key);
  }

  /** Writes how the job's task ended; resolves when that is durable. */
  async write(job: Job<T>, end: TaskEnd<unknown>): Promise<void> {
    await this.#session.append(recordOf(job, end));
  }

  async close(): Promise<void> {
    await this.#session.close();
  }
}

function recordOf<T>(job: Job<T>, end: TaskEnd<unknown>): JournalRecord {
  const { index, attempt: attempts, startedAt, ranMs: durationMs } = job;
  const key = job.key as string;
  if (!end.ok) return { type: 'fail', key, index, error: end.error, attempts };
  return {
    type: 'done',
    key,
    index,
    attempts,
    startedAt,
    durationMs,
    ...(end.value === undefined ? {} : { value: end.value }),
  };
}
