import { threadSettings } from './options.ts';
import type { ThreadsOptions } from './options.ts';
import type { Pool } from './pool.ts';
import { WorkerPool } from './worker-pool.ts';
import { threadStarter } from './worker-thread.ts';

/**
 * Makes a pool of worker threads. They are started when there is work for them, stop when idle, and
 * never keep the process alive by themselves.
 *
 * @example
 * await using pool = threads({ workers: 4 });
 * await map(paths, hash, { on: pool });
 * @throws OptionError for an unknown or unfit option.
 */
export function threads(options: ThreadsOptions = {}): Pool {
  const settings = threadSettings(options);
  return new WorkerPool('threads', settings, threadStarter(settings));
}
