import type { RunnerRequest } from '../engine/runner.ts';
import type { ModuleTaskSource } from '../engine/task.ts';
import type { RemoteSession, SessionHooks } from './remote-session.ts';
import type { TaskMemory } from './task-memory.ts';

/** What an adaptive session needs of a pool. */
export interface AdaptivePool {
  readonly name: 'threads' | 'processes';
  readonly maxWorkers: number;
  readonly readyWorkers: number;
  /** Items until the code around them is no longer new. */
  readonly coldItems: number;
  readonly memory: TaskMemory;
  /** Resolves when no worker is starting any more. */
  startWorkers(count: number): Promise<void>;
  openRemote<T, R>(
    source: ModuleTaskSource,
    request: RunnerRequest<T, R>,
    hooks: SessionHooks,
  ): RemoteSession<T, R>;
}

/** Between which places an adaptive session may choose. */
export interface AdaptivePlan {
  readonly pool: AdaptivePool;
  /** Workers for items that compute. */
  readonly workers: number;
  readonly begin: 'inline' | 'remote';
  /** Whether it may go on where it is faster; else the calling thread is only for when no worker starts. */
  readonly mayMove: boolean;
  /** The caller asked for this pool; else for whatever is best. */
  readonly asked: boolean;
  /** Set when the task is to be classified first: how many run at once on the event loop if it mostly waits. */
  readonly loopConcurrency?: number;
  /** Workers for items that block without computing. */
  readonly waitingWorkers?: number;
  /** For modules that do not work in threads. */
  readonly processes?: () => AdaptivePool;
}
