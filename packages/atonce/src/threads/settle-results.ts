import type { Chunk } from './chunk.ts';
import { decodeError } from './wire-error.ts';
import type { ResultsMessage } from './wire.ts';

/** Hands out what a message tells, to those entries that are not settled otherwise yet. */
export function settleResults(
  chunk: Chunk,
  { first, values, failures, durations }: ResultsMessage,
): void {
  const { job, entries } = chunk;
  const offset = first - chunk.first;
  let failure = failures[0];
  let nextFailure = 1;
  for (let position = 0; position < values.length; position++) {
    const entry = entries[offset + position];
    entries[offset + position] = undefined;
    const failed = failure !== undefined && failure[0] === position ? failure[1] : undefined;
    if (failed !== undefined) failure = failures[nextFailure++];
    if (entry === undefined) continue;
    if (failed === undefined) job.succeeded(entry, values[position], durations[position] as number);
    else job.failed(entry, decodeError(failed), durations[position] as number);
  }
}
