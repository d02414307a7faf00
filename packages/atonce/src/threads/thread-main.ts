import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort, TransferListItem } from 'node:worker_threads';
import { memoryCell } from './memory-cell.ts';
import { runWorker } from './worker-main.ts';
import type { ToWorker, WorkerSetup } from './wire.ts';

/** Entry of a worker thread. */
const port = parentPort as MessagePort;
const { setup, memory } = workerData as {
  readonly setup: WorkerSetup;
  readonly memory: SharedArrayBuffer;
};

const receive = runWorker(setup, {
  cell: memoryCell(memory),
  post: (message) => port.postMessage(message),
  postResults: (message, transferList) =>
    port.postMessage(message, transferList as readonly TransferListItem[]),
});
port.on('message', (message: ToWorker) => receive(message));
port.on('messageerror', () => port.postMessage({ kind: 'garbled' }));
