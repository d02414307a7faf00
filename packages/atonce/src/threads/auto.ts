import type { Runner } from '../engine/runner.ts';
import { moduleTaskSource } from '../engine/task.ts';
import { OptionError } from '../kernel/errors.ts';
import { AdaptiveSession } from './adaptive-session.ts';
import { cores } from './cores.ts';
import { processSettings, threadSettings } from './options.ts';
import { processStarter } from './worker-process.ts';
import { WorkerPool } from './worker-pool.ts';
import { threadStarter } from './worker-thread.ts';

/** Items in flight on the event loop when the caller has not said how many. */
const LOOP_CONCURRENCY = 64;
/** Most workers for items that block without computing. */
const MOST_WAITING = 32;

let shared: Runner | undefined;

/**
 * The runner that `on: 'auto'` means: executes the first items on the calling thread, measures, and
 * goes on inline, on the event loop, on threads or on processes. One for the whole process; its
 * workers stop when idle and never keep the process alive.
 */
export function autoRunner(): Runner {
  shared ??= makeAutoRunner();
  return shared;
}

function makeAutoRunner(): Runner {
  const threads = new WorkerPool(
    'threads',
    { ...threadSettings({ workers: MOST_WAITING }) },
    threadStarter(plain),
  );
  let processes: WorkerPool | undefined;
  const processPool = (): WorkerPool => {
    processes ??= new WorkerPool('processes', processSettings({}), processStarter(plain));
    return processes;
  };
  return {
    name: 'auto',
    open(request) {
      const source = moduleTaskSource(request.task);
      if (source === undefined)
        throw new OptionError('task', 'Expected `task` to be made by `moduleTask`');
      const most = request.concurrency ?? Infinity;
      // Only a worker can be stopped when its time is over.
      const timed = request.timeoutMs !== undefined;
      return new AdaptiveSession(source, request, {
        pool: threads,
        workers: Math.min(most, cores()),
        begin: timed ? 'remote' : 'inline',
        mayMove: !timed,
        asked: false,
        loopConcurrency: Math.min(most, LOOP_CONCURRENCY),
        waitingWorkers: Math.min(most, MOST_WAITING),
        processes: processPool,
      });
    },
  };
}

const plain = { resourceLimits: undefined, execArgv: undefined, env: undefined };
