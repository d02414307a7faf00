import type { Runner } from '../engine/runner.ts';
import type { ModuleTask } from './module-task.ts';

/** Long-lived workers that tasks can be run on, as `on:` of the map family or call by call. */
export interface Pool extends Runner, AsyncDisposable {
  readonly name: 'threads' | 'processes';
  /** What the pool is doing now. */
  readonly stats: PoolStats;
  /**
   * Runs one call. Calls made at the same time travel together, so that thousands of small ones
   * cost little.
   *
   * @throws AtonceError (as a rejection): what the task threw, `E_TIMEOUT`, `E_WORKER_DIED`,
   * `E_UNSERIALISABLE`, `E_TASK_LOAD`, `E_WORKER_START`, `E_POOL_CLOSED`; `signal.reason` when aborted.
   */
  run<T, R>(task: ModuleTask<T, R>, item: T, options?: PoolRunOptions): Promise<R>;
  /** Starts all workers and resolves when they are ready, or when it is clear that they cannot start. */
  warmUp(): Promise<void>;
  /** Stops everything: calls still in flight reject with `E_POOL_CLOSED`, runs end. Resolves when the last worker is gone. */
  close(): Promise<void>;
}

/** How one call of `pool.run` is run. */
export interface PoolRunOptions {
  /** Stops the call: it rejects at once with the signal's reason, its worker gets the pool's grace. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds the call may run, counted from its real start. @defaultValue no limit */
  readonly timeoutMs?: number | undefined;
}

/** A pool's numbers at one moment. */
export interface PoolStats {
  /** Workers that are running or starting. */
  readonly workers: number;
  /** Workers that have something to do. */
  readonly busy: number;
  /** Workers that died, did not start or had to be ended, so that others took their place. */
  readonly restarts: number;
  /** Items that workers have answered since the pool was made. */
  readonly tasksDone: number;
}
