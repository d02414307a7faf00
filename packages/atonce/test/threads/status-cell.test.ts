import { closeSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fileCell, openCellFile } from '../../src/threads/file-cell.ts';
import { cellMemory, memoryCell } from '../../src/threads/memory-cell.ts';
import {
  CANCELLED,
  GO_ON,
  REQUEST_SLOTS,
  type StatusCell,
  TIMED_OUT,
} from '../../src/threads/status-cell.ts';

/** Both ends of one cell. */
type Ends = Disposable & { readonly pool: StatusCell; readonly worker: () => StatusCell };

const kinds: [string, () => Ends][] = [
  [
    'of a thread',
    () => {
      const memory = cellMemory();
      return {
        pool: memoryCell(memory),
        worker: () => memoryCell(memory),
        [Symbol.dispose]: () => undefined,
      };
    },
  ],
  [
    'of a process',
    () => {
      const fd = openCellFile();
      const pool = fileCell(fd);
      return { pool, worker: () => fileCell(fd), [Symbol.dispose]: () => closeSync(fd) };
    },
  ],
];

describe.each(kinds)('the status cell %s', (_kind, open) => {
  test('shows each item of a range that it is asked to stop, one right after the other', () => {
    using ends = open();
    ends.pool.request(7, 3, CANCELLED);
    const worker = ends.worker();
    expect([7, 8, 9].map((sequence) => worker.stopRequest(sequence))).toEqual([
      CANCELLED,
      CANCELLED,
      CANCELLED,
    ]);
    expect(worker.stopRequest(10)).toBe(GO_ON);
    expect(ends.worker().stopRequest(6)).toBe(GO_ON);
  });

  test('holds a range that goes round the end of its ring', () => {
    using ends = open();
    const first = REQUEST_SLOTS - 2;
    ends.pool.request(first, 4, TIMED_OUT);
    for (let sequence = first; sequence < first + 4; sequence++)
      expect(ends.worker().stopRequest(sequence)).toBe(TIMED_OUT);
    expect(ends.worker().stopRequest(first - 1)).toBe(GO_ON);
    expect(ends.worker().stopRequest(first + 4)).toBe(GO_ON);
    ends.pool.request(first, 4, GO_ON);
    for (let sequence = first; sequence < first + 4; sequence++)
      expect(ends.worker().stopRequest(sequence)).toBe(GO_ON);
  });

  test('tells which item runs and since when', () => {
    using ends = open();
    ends.worker().start(5, 1234);
    expect([ends.pool.running(), ends.pool.startedAt()]).toEqual([5, 1234]);
    ends.worker().start(6);
    expect([ends.pool.running(), ends.pool.startedAt()]).toEqual([6, 1234]);
  });
});
