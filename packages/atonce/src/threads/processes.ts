import { processSettings } from './options.ts';
import type { ProcessesOptions } from './options.ts';
import type { Pool } from './pool.ts';
import { processStarter } from './worker-process.ts';
import { WorkerPool } from './worker-pool.ts';

/**
 * Makes a pool of child processes: as `threads`, for tasks that need a process of their own (native
 * addons, `process.chdir`, code that may crash). Inputs and results are always copied;
 * SharedArrayBuffers cannot be sent.
 *
 * @throws OptionError for an unknown or unfit option.
 */
export function processes(options: ProcessesOptions = {}): Pool {
  const settings = processSettings(options);
  return new WorkerPool('processes', settings, processStarter(settings));
}
