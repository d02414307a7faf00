import assert from 'node:assert/strict';
import type {
  Attempt,
  Decision,
  Runner,
  RunnerEvents,
  RunnerRequest,
  RunnerSession,
} from '../engine/runner.ts';
import { moduleTaskKey } from '../engine/task.ts';
import type { ModuleTaskSource, Task } from '../engine/task.ts';

/** What became of one attempt. */
export type DriveOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown };

/** How a session is driven. */
export interface Drive extends Partial<
  Pick<RunnerRequest<unknown, unknown>, 'concurrency' | 'timeoutMs' | 'graceMs' | 'immediate'>
> {
  readonly runner: Runner;
  /** Export of the contract's task module, or a whole task. */
  readonly task: string | Task<unknown, unknown>;
  readonly items: readonly unknown[];
  /** Do not tell the number of items beforehand. */
  readonly lazy?: boolean;
  readonly attempt?: number;
  /** Called after each settlement. */
  readonly onSettled?: (control: DriveControl) => void;
  /** Called once when something is in execution, soon after the start. */
  readonly onRunning?: (control: DriveControl) => void;
}

/** What can be done to a session while it is driven. */
export interface DriveControl {
  readonly session: RunnerSession<unknown>;
  /** Stops the session; what was not submitted by now never is. */
  readonly stop: (reason: unknown) => void;
}

/** What a driven session did. */
export interface Driven {
  /** In input order; absent where the session was stopped before. */
  readonly outcomes: readonly DriveOutcome[];
  readonly reports: readonly unknown[];
  readonly decision: Decision | undefined;
  readonly mostInFlight: number;
}

/** One of the contract's own tasks, by the name of its export. */
export function contractTask(
  exportName: string,
  file = 'runner-contract-tasks.js',
): Task<unknown, unknown> {
  const url = new URL(`./${file}`, import.meta.url).href;
  const source: ModuleTaskSource = {
    url,
    exportName,
    fingerprint: () => '',
    autoRunner: () => assert.fail('a driven task is never asked for a runner'),
  };
  const here = (): never => assert.fail('a runner loads the module itself');
  return Object.assign(here, { [moduleTaskKey]: source });
}

/** By then a fresh runner has started its workers and they have begun. */
const RUNNING_MS = 300;

/** Plays the engine's part in a session, and holds the runner to its part. */
export async function drive(how: Drive): Promise<Driven> {
  return new Driver(how).run();
}

class Driver implements DriveControl, RunnerEvents<unknown> {
  readonly session: RunnerSession<unknown>;
  readonly #how: Drive;
  readonly #outcomes: (DriveOutcome | undefined)[];
  readonly #reports: unknown[] = [];
  readonly #ended: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #next = 0;
  #settled = 0;
  #mostInFlight = 0;
  #inCall = true;
  #stopped = false;

  constructor(how: Drive) {
    this.#how = how;
    this.#outcomes = how.items.map(() => undefined);
    this.#ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.session = how.runner.open<unknown, unknown>({
      task: typeof how.task === 'string' ? contractTask(how.task) : how.task,
      concurrency: how.concurrency,
      total: how.lazy === true ? undefined : how.items.length,
      timeoutMs: how.timeoutMs,
      graceMs: how.graceMs ?? 100,
      immediate: how.immediate ?? false,
      events: this,
    });
    this.#inCall = false;
  }

  async run(): Promise<Driven> {
    this.ready();
    const { onRunning } = this.#how;
    if (onRunning !== undefined) setTimeout(() => this.#guarded(() => onRunning(this)), RUNNING_MS);
    await this.#ended;
    const decision = this.session.decision();
    this.session.close();
    const outcomes = this.#outcomes as DriveOutcome[];
    return { outcomes, reports: this.#reports, decision, mostInFlight: this.#mostInFlight };
  }

  readonly stop = (reason: unknown): void => {
    this.#stopped = true;
    this.session.abort(reason);
  };

  succeeded(entry: Attempt<unknown>, value: unknown): void {
    this.#settle(entry, { ok: true, value });
  }

  failed(entry: Attempt<unknown>, error: unknown): void {
    this.#settle(entry, { ok: false, error });
  }

  reported(entry: Attempt<unknown>, data: unknown): void {
    this.#reports.push([entry.index, this.#outcomes[entry.index] === undefined, data]);
  }

  ready(): void {
    this.#guarded(() => {
      assert(!this.#inCall, 'ready inside a call of open or submit');
      while (!this.#stopped && this.#submitSome());
      const { items } = this.#how;
      if (this.#next === items.length) this.session.noMore();
      if (this.#settled === this.#next && (this.#stopped || this.#next === items.length))
        this.#resolve();
    });
  }

  /** Submits as many as the session takes now; false when that is none. */
  #submitSome(): boolean {
    const { items, lazy, attempt = 1 } = this.#how;
    const left = items.length - this.#next;
    if (left === 0) return false;
    const room = this.session.capacity(lazy === true ? undefined : left);
    assert(room >= 0 && Number.isFinite(room), `capacity of ${room}`);
    const first = this.#next;
    const batch = items
      .slice(first, first + room)
      .map((item, offset) => ({ item, index: first + offset, attempt }));
    if (batch.length === 0) return false;
    this.#next += batch.length;
    this.#mostInFlight = Math.max(this.#mostInFlight, this.#next - this.#settled);
    this.#inCall = true;
    this.session.submit(batch);
    this.#inCall = false;
    return true;
  }

  #settle(entry: Attempt<unknown>, outcome: DriveOutcome): void {
    this.#guarded(() => {
      assert(!this.#inCall, 'settled inside a call of open or submit');
      assert.equal(this.#outcomes[entry.index], undefined, `item ${entry.index} settled twice`);
      this.#outcomes[entry.index] = outcome;
      this.#settled++;
      this.#how.onSettled?.(this);
    });
  }

  /** What the runner does wrong ends the drive, whoever called. */
  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#reject(error);
    }
  }
}
