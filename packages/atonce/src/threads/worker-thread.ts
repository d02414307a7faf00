import { Worker } from 'node:worker_threads';
import type { ResourceLimits, TransferListItem } from 'node:worker_threads';
import { inheritedArguments } from './inherited-arguments.ts';
import { cellMemory, memoryCell } from './memory-cell.ts';
import type { FromWorker } from './wire.ts';
import type { StartWorker } from './worker-link.ts';

/** What can be said to Node about each thread. */
export interface ThreadSettings {
  readonly resourceLimits: ResourceLimits | undefined;
  readonly execArgv: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>> | undefined;
}

/** Makes the function that starts worker threads. */
export function threadStarter({ resourceLimits, execArgv, env }: ThreadSettings): StartWorker {
  // Node hands its own options on by itself, but not to threads of a program from the command line.
  const options = execArgv ?? (isFromCommandLine() ? inheritedArguments() : undefined);
  return (setup, events) => {
    const memory = cellMemory();
    const worker = new Worker(new URL('./thread-main.js', import.meta.url), {
      workerData: { setup, memory },
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
      ...(options === undefined ? {} : { execArgv: [...options] }),
      ...(env === undefined ? {} : { env: { ...process.env, ...env } }),
    });
    let failure: unknown;
    worker.on('message', (message: unknown) => {
      if (isMessage(message)) events.message(message);
    });
    worker.on('messageerror', () => events.garbled());
    worker.on('error', (error) => (failure = error));
    worker.on('exit', (code) => events.ended({ how: describeEnd(code, failure), error: failure }));
    return {
      cell: memoryCell(memory),
      post: (message, transferList) =>
        worker.postMessage(message, transferList as readonly TransferListItem[]),
      terminate: () => void worker.terminate(),
      keepAlive: (keep) => (keep ? worker.ref() : worker.unref()),
    };
  };
}

function isFromCommandLine(): boolean {
  return process.execArgv.some((argument) => argument.startsWith('--input-type'));
}

/** A task may post to its parent as well; that is for nobody here. */
function isMessage(message: unknown): message is FromWorker {
  return typeof message === 'object' && message !== null && 'kind' in message;
}

function describeEnd(code: number, failure: unknown): string {
  return failure instanceof Error ? `ended: ${failure.message}` : `exited with code ${code}`;
}
