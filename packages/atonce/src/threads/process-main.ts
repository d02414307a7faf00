import { fileCell } from './file-cell.ts';
import { readFrame, toFrame } from './frame.ts';
import { runWorker } from './worker-main.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './wire.ts';

/** Entry of a worker process. Its status cell is descriptor 4, its setup the first argument. */
const CELL_FD = 4;

const send = (message: FromWorker): void => {
  // Without the callback a closed channel would be an uncaught error; the pool is gone then anyway.
  if (process.connected) process.send?.(toFrame(message), undefined, undefined, () => undefined);
};

const receive = runWorker(JSON.parse(process.argv[2] ?? '{}') as WorkerSetup, {
  cell: fileCell(CELL_FD),
  post: send,
  postResults: send,
});
process.on('message', (frame) =>
  readFrame<ToWorker>(frame, receive, () => send({ kind: 'garbled' })),
);
// The pool's process is gone: nobody wants the results any more.
process.on('disconnect', () => process.exit(0));
