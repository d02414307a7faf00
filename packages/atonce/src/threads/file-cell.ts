import { closeSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GO_ON, REQUEST_SLOTS, STATUS_BYTES } from './status-cell.ts';
import type { StatusCell, StopRequest } from './status-cell.ts';

/** A task that polls its signal in a tight loop reads the file no more often than this. */
const POLL_MS = 1;

/**
 * Opens the file behind the cell of one process and removes its name at once: it lives as long as
 * somebody has it open, and what was written survives `kill -9` of the writer.
 */
export function openCellFile(): number {
  const path = join(tmpdir(), `atonce-${process.pid}-${randomBytes(8).toString('hex')}`);
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  ftruncateSync(fd, STATUS_BYTES + REQUEST_SLOTS);
  return fd;
}

/** The status cell of a process: a nameless file that both sides have open. */
export function fileCell(fd: number): StatusCell {
  const status = new Int32Array(2);
  const bytes = new Uint8Array(status.buffer);
  const poll = requestReader(fd);
  let open = true;
  return {
    start(sequence, startedAt) {
      status[0] = sequence;
      if (startedAt !== undefined) status[1] = startedAt;
      writeSync(fd, bytes, 0, startedAt === undefined ? 4 : 8, 0);
    },
    rest(state) {
      status[0] = state;
      writeSync(fd, bytes, 0, 4, 0);
    },
    stopRequest: poll,
    running: () => readWord(fd, 0),
    startedAt: () => readWord(fd, 4),
    request(first, count, why) {
      const start = first % REQUEST_SLOTS;
      const untilEnd = Math.min(count, REQUEST_SLOTS - start);
      const requests = new Uint8Array(count).fill(why);
      if (untilEnd < count) writeSync(fd, requests, untilEnd, count - untilEnd, STATUS_BYTES);
      writeSync(fd, requests, 0, untilEnd, STATUS_BYTES + start);
    },
    dispose() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

function readWord(fd: number, position: number): number {
  const word = new Int32Array(1);
  readSync(fd, new Uint8Array(word.buffer), 0, 4, position);
  return word[0] as number;
}

/** Reads an item's request at most once a millisecond: each look is a system call. */
function requestReader(fd: number): (sequence: number) => StopRequest {
  const byte = new Uint8Array(1);
  let found: StopRequest = GO_ON;
  let looked = -Infinity;
  return (sequence) => {
    const now = performance.now();
    // Not after an item that is asked to stop, for the next one mostly is too and must not begin.
    if (found === GO_ON && now - looked < POLL_MS) return GO_ON;
    looked = now;
    readSync(fd, byte, 0, 1, STATUS_BYTES + (sequence % REQUEST_SLOTS));
    found = byte[0] as StopRequest;
    return found;
  };
}
