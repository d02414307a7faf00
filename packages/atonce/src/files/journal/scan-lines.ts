import type { FileHandle } from 'node:fs/promises';
import { MAX_LINE_BYTES } from './line.ts';

const CHUNK_BYTES = 2 ** 18;
const LINE_FEED = 0x0a;

/** One line of a file, valid only while it is being visited. */
export interface ScannedLine {
  /** Where the line begins in the file. */
  readonly offset: number;
  /** Without the line feed. What goes beyond the longest possible line is left out. */
  readonly bytes: Buffer;
  /** False for the end of a file that lacks its line feed. */
  readonly terminated: boolean;
}

/** Visits every line of a file in constant memory, until `visit` answers false. */
export async function scanLines(
  handle: FileHandle,
  visit: (line: ScannedLine) => boolean,
): Promise<void> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let carry = Buffer.alloc(0);
  let lineStart = 0;
  let position = 0;
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) break;
    const data = chunk.subarray(0, bytesRead);
    let start = 0;
    for (let end = data.indexOf(LINE_FEED); end >= 0; end = data.indexOf(LINE_FEED, start)) {
      const tail = data.subarray(start, end);
      const bytes = carry.length === 0 ? tail : Buffer.concat([carry, tail]);
      if (!visit({ offset: lineStart, bytes, terminated: true })) return;
      carry = Buffer.alloc(0);
      start = end + 1;
      lineStart = position + start;
    }
    // A copy, since the chunk is read into again.
    if (carry.length <= MAX_LINE_BYTES) carry = Buffer.concat([carry, data.subarray(start)]);
    position += bytesRead;
  }
  if (lineStart < position) visit({ offset: lineStart, bytes: carry, terminated: false });
}

/** Whether a file holds nothing but NUL, as one whose content never reached the disk does. */
export async function isAllNul(handle: FileHandle): Promise<boolean> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let position = 0; ;) {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return true;
    if (chunk.subarray(0, bytesRead).some((byte) => byte !== 0)) return false;
    position += bytesRead;
  }
}
