import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { fileCell, openCellFile } from './file-cell.ts';
import { inheritedArguments } from './inherited-arguments.ts';
import { readFrame, toFrame } from './frame.ts';
import type { StatusCell } from './status-cell.ts';
import type { FromWorker, ToWorker } from './wire.ts';
import type { StartWorker, WorkerEnd, WorkerLinkEvents } from './worker-link.ts';

/** What can be said to Node about each process. */
export interface ProcessSettings {
  readonly execArgv: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>> | undefined;
}

/** After the process is gone its last messages should come at once; a grandchild may hold the channel open. */
const LAST_MESSAGES_MS = 500;

/** Makes the function that starts worker processes. */
export function processStarter({
  execArgv = inheritedArguments(),
  env,
}: ProcessSettings): StartWorker {
  return (setup, events) => {
    const fd = openCellFile();
    const cell = fileCell(fd);
    const child = forkWith(cell, () =>
      fork(fileURLToPath(new URL('./process-main.js', import.meta.url)), [JSON.stringify(setup)], {
        serialization: 'advanced',
        // The cell arrives in the child as descriptor 4.
        stdio: ['ignore', 'inherit', 'inherit', 'ipc', fd],
        execArgv: [...execArgv],
        env: { ...process.env, ...env },
      }),
    );
    child.on('message', (frame) => readFrame<FromWorker>(frame, events.message, events.garbled));
    onceGone(child, {
      ...events,
      ended: (end) => {
        forget(child);
        events.ended(end);
        cell.dispose();
      },
    });
    return {
      cell,
      post: (message) => send(child, message),
      terminate: () => void child.kill('SIGKILL'),
      keepAlive(keep) {
        const method = keep ? 'ref' : 'unref';
        child[method]();
        child.channel?.[method]();
        if (keep) remember(child);
        else forget(child);
      },
    };
  };
}

/** Starts a process; when the runtime refuses to, nothing of it is left. */
function forkWith(cell: StatusCell, start: () => ChildProcess): ChildProcess {
  try {
    const child = start();
    remember(child);
    return child;
  } catch (error) {
    cell.dispose();
    throw error;
  }
}

/** Those that start or have something to do: one that computes would not notice that this process is gone. */
const busy = new Set<ChildProcess>();

function remember(child: ChildProcess): void {
  if (busy.size === 0) process.on('exit', endBusy);
  busy.add(child);
}

function forget(child: ChildProcess): void {
  if (busy.delete(child) && busy.size === 0) process.off('exit', endBusy);
}

function endBusy(): void {
  for (const child of busy) child.kill('SIGKILL');
}

function send(child: ChildProcess, message: ToWorker): void {
  // The callback keeps a closed channel from becoming an `error` event; `exit` tells of it anyway.
  child.send(toFrame(message), () => undefined);
}

/** Calls `ended` once, when the process is gone and its last messages have been read. */
function onceGone(child: ChildProcess, events: WorkerLinkEvents): void {
  let end: WorkerEnd | undefined;
  let told = false;
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    if (told || end === undefined) return;
    told = true;
    clearTimeout(timer);
    events.ended(end);
  };
  child.on('exit', (code, signal) => {
    end = {
      how: signal === null ? `exited with code ${code}` : `was killed by ${signal}`,
      error: undefined,
    };
    if (child.connected) timer = setTimeout(tell, LAST_MESSAGES_MS);
    else tell();
  });
  child.on('disconnect', tell);
  child.on('error', (error) => {
    // Without a pid it never started, and no `exit` follows.
    if (child.pid !== undefined) return;
    end = { how: `could not be started: ${error.message}`, error };
    tell();
  });
}
