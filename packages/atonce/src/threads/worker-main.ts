import { loadTask } from './load-task.ts';
import { TaskLoop } from './task-loop.ts';
import type { LoopHost } from './task-loop.ts';
import { encodeError } from './wire-error.ts';
import type { ToWorker, WorkerSetup } from './wire.ts';

/** Sets a worker up, thread or process alike; gives the function that takes its messages. */
export function runWorker(setup: WorkerSetup, host: LoopHost): (message: ToWorker) => void {
  const loop = new TaskLoop(host);
  process.on('exit', () => loop.end());
  process.on('uncaughtException', (error) => {
    host.post({ kind: 'dying', error: encodeError(error) });
    process.exit(1);
  });
  void start(setup, host);
  return (message) => loop.receive(message);
}

async function start({ initialiser }: WorkerSetup, host: LoopHost): Promise<void> {
  try {
    if (initialiser !== undefined) {
      const initialise = (await loadTask(initialiser.url, initialiser.exportName)) as () => unknown;
      await initialise();
    }
    host.post({ kind: 'ready' });
  } catch (error) {
    host.post({ kind: 'start-failed', error: encodeError(error) });
    process.exit(1);
  }
}
