import { constants, createReadStream, openSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { AtonceError } from 'atonce';
import type { ByteChunks } from './text-records.ts';

/**
 * The bytes of a file, a named pipe, or what `<(...)` of a shell stands for.
 *
 * Reading throws AtonceError `E_SOURCE` when the file cannot be read.
 */
export async function* fileChunks(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* isPipe(file) ? pipeChunks(file) : createReadStream(file);
  } catch (error) {
    throw new AtonceError('E_SOURCE', `${file}: ${(error as Error).message}`, { cause: error });
  }
}

function isPipe(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFIFO() === true;
}

/** As a file it would be read in a thread that waits for its writer, and the process could not end before. */
function pipeChunks(file: string): ByteChunks {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}
