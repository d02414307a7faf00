import { REQUEST_SLOTS, STATUS_BYTES } from './status-cell.ts';
import type { StatusCell, StopRequest } from './status-cell.ts';

/** Memory for the cell of one thread. */
export function cellMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(STATUS_BYTES + REQUEST_SLOTS);
}

/** The status cell of a thread: shared memory. */
export function memoryCell(memory: SharedArrayBuffer): StatusCell {
  const status = new Int32Array(memory, 0, 2);
  const requests = new Uint8Array(memory, STATUS_BYTES);
  const mask = REQUEST_SLOTS - 1;
  return {
    start(sequence, startedAt) {
      // The stamp first: whoever sees the new number must not see the old start.
      if (startedAt !== undefined) Atomics.store(status, 1, startedAt);
      Atomics.store(status, 0, sequence);
    },
    rest: (state) => void Atomics.store(status, 0, state),
    stopRequest: (sequence) => Atomics.load(requests, sequence & mask) as StopRequest,
    running: () => Atomics.load(status, 0),
    startedAt: () => Atomics.load(status, 1),
    request(first, count, why) {
      for (let sequence = first + count - 1; sequence >= first; sequence--)
        Atomics.store(requests, sequence & mask, why);
    },
    dispose: () => undefined,
  };
}
