import type { Job } from './job.ts';
import type { Settings } from './options.ts';
import type { BulkItems, Decision, Runner, RunnerEvents, RunnerSession } from './runner.ts';
import type { Task } from './task.ts';

/** How long a worker may go on with a task that was stopped. */
const DEFAULT_GRACE_MS = 1_000;

/** What is said when `on: 'auto'` meets an ordinary function. */
export const NOT_SHIPPABLE: Decision = {
  ran: 'loop',
  reason: 'not-a-module-task',
  text: 'ran on the event loop: the task is an ordinary function, which cannot be shipped to workers (see moduleTask)',
  measured: {},
};

/** What a run asks of its runner, by its settings. */
export interface SessionRequest<T, R> {
  readonly task: Task<T, R>;
  readonly total: number | undefined;
  readonly events: RunnerEvents<R>;
  readonly bulk: BulkItems<R> | undefined;
}

/**
 * Opens the runner for one run.
 *
 * @throws AtonceError when the runner is closed or cannot execute the task.
 */
export function openSession<T, R>(
  runner: Runner,
  settings: Settings<T>,
  request: SessionRequest<T, R>,
): RunnerSession<T> {
  const { concurrency, timeoutMs, graceMs = DEFAULT_GRACE_MS, rate } = settings;
  return runner.open<T, R>({
    ...request,
    concurrency,
    timeoutMs: timeoutMs ?? undefined,
    graceMs,
    immediate: rate !== null,
  });
}

/** What a session's settlements mean for the run; none of them pumps, because `ready` follows. */
export interface SessionOwner<T> {
  fulfilled(job: Job<T>, value: unknown): void;
  rejected(job: Job<T>, error: unknown): void;
  reported(job: Job<T>, data: unknown): void;
  pump(): void;
}

/** Turns a runner's events, which speak of attempts, into those of the jobs that the attempts are. */
export function sessionEvents<T, R>(owner: SessionOwner<T>): RunnerEvents<R> {
  return {
    succeeded(attempt, value, durationMs) {
      const job = attempt as Job<T>;
      if (!job.live) return;
      job.ranMs += durationMs;
      owner.fulfilled(job, value);
    },
    failed(attempt, error, durationMs) {
      const job = attempt as Job<T>;
      if (!job.live) return;
      job.ranMs += durationMs;
      owner.rejected(job, error);
    },
    reported(attempt, data) {
      const job = attempt as Job<T>;
      if (job.live) owner.reported(job, data);
    },
    ready: () => owner.pump(),
  };
}
