import { AtonceError } from '../kernel/errors.ts';
import type { Chunk, Entry } from './chunk.ts';
import type { Range } from './wire.ts';

/**
 * After a message that could not be read: finds the entries that the worker neither has nor will
 * tell of, and deals with them. One alone must be what could not be read and fails; several are
 * sent again one by one.
 *
 * @param before - Only items below this sequence number had been sent when the worker was asked.
 * @param pending - What the worker still has to tell of.
 * @returns The chunks that are over now.
 */
export function settleLost(
  chunks: readonly Chunk[],
  before: number,
  pending: readonly Range[],
): Chunk[] {
  const over: Chunk[] = [];
  const lost: { readonly chunk: Chunk; readonly position: number; readonly entry: Entry }[] = [];
  for (const chunk of chunks) {
    if (chunk.first >= before) continue;
    let open = 0;
    chunk.entries.forEach((entry, position) => {
      if (isPending(chunk.first + position, pending)) open++;
      else if (entry !== undefined) lost.push({ chunk, position, entry });
    });
    chunk.answered = chunk.entries.length - open;
    if (open === 0) over.push(chunk);
  }
  for (const { chunk, position, entry } of lost) {
    chunk.entries[position] = undefined;
    if (lost.length > 1) chunk.job.lost(entry);
    else chunk.job.failed(entry, unreadable(entry), 0);
  }
  return over;
}

function isPending(sequence: number, ranges: readonly Range[]): boolean {
  return ranges.some(({ first, count }) => sequence >= first && sequence < first + count);
}

function unreadable(entry: Entry): AtonceError {
  return new AtonceError(
    'E_UNSERIALISABLE',
    `Item ${entry.index} or its result was sent but cannot be read on the other side`,
  );
}
