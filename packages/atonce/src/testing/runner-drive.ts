import assert from 'node:assert/strict';
import type { Attempt, Decision, Runner, RunnerRequest, RunnerSession } from '../engine/runner.ts';
import { moduleTaskKey } from '../engine/task.ts';
import type { ModuleTaskSource, Task } from '../engine/task.ts';

/** What became of one attempt. */
export type DriveOutcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

/** How a session is driven. */
export interface Drive extends Partial<Pick<RunnerRequest<unknown, unknown>, 'concurrency' | 'timeoutMs' | 'graceMs' | 'immediate'>> {
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
  stop(reason: unknown): void;
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
export function contractTask(exportName: string, file = 'runner-contract-tasks.js'): Task<unknown, unknown> {
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
  const { runner, items, lazy = false, attempt = 1 } = how;
  const task = typeof how.task === 'string' ? contractTask(how.task) : how.task;
  const outcomes: (DriveOutcome | undefined)[] = items.map(() => undefined);
  const reports: unknown[] = [];
  let [next, settled, mostInFlight, inCall, stopped] = [0, 0, 0, true, false];
  let session: RunnerSession<unknown> | undefined;
  const { promise, resolve, reject } = deferred<void>();

  const guarded = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      reject(error);
    }
  };
  const settle = (entry: Attempt<unknown>, outcome: DriveOutcome): void =>
    guarded(() => {
      assert(!inCall, 'settled inside a call of open or submit');
      assert.equal(outcomes[entry.index], undefined, `item ${entry.index} settled twice`);
      outcomes[entry.index] = outcome;
      settled++;
      how.onSettled?.(control);
    });
  const pump = (): void =>
    guarded(() => {
      const open = session as RunnerSession<unknown>;
      while (next < items.length && !stopped) {
        const room = open.capacity(lazy ? undefined : items.length - next);
        assert(room >= 0 && Number.isFinite(room), `capacity of ${room}`);
        const batch = items.slice(next, next + room).map((item, offset) => ({ item, index: next + offset, attempt }));
        if (batch.length === 0) break;
        next += batch.length;
        mostInFlight = Math.max(mostInFlight, next - settled);
        inCall = true;
        open.submit(batch);
        inCall = false;
      }
      if (next === items.length) open.noMore();
      if (settled === next && (stopped || next === items.length)) resolve();
    });
  const control: DriveControl = {
    get session() {
      return session as RunnerSession<unknown>;
    },
    stop(reason) {
      stopped = true;
      control.session.abort(reason);
    },
  };

  session = runner.open<unknown, unknown>({
    task,
    concurrency: how.concurrency,
    total: lazy ? undefined : items.length,
    timeoutMs: how.timeoutMs,
    graceMs: how.graceMs ?? 100,
    immediate: how.immediate ?? false,
    events: {
      succeeded: (entry, value) => settle(entry, { ok: true, value }),
      failed: (entry, error) => settle(entry, { ok: false, error }),
      reported: (entry, data) => guarded(() => void reports.push([entry.index, outcomes[entry.index] === undefined, data])),
      ready: () => {
        assert(!inCall, 'ready inside a call of open or submit');
        pump();
      },
    },
  });
  inCall = false;
  pump();
  if (how.onRunning !== undefined) setTimeout(() => guarded(() => how.onRunning?.(control)), RUNNING_MS);
  await promise;
  const decision = session.decision();
  session.close();
  return { outcomes: outcomes as DriveOutcome[], reports, decision, mostInFlight };
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

function deferred<T>(): Deferred<T> {
  let settle: Omit<Deferred<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => (settle = { resolve, reject }));
  return { promise, ...(settle as Omit<Deferred<T>, 'promise'>) };
}
