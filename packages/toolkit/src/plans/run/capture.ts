import { readSync } from 'node:fs';
import type { OutputSink } from '../../processes/process-request.ts';
import { MOST_STDOUT_BYTES } from './task-result.ts';

/** The beginning of an output on its way to somewhere else. */
export interface Capture {
  /** Takes the place of the sink. */
  readonly sink: OutputSink;
  /** What came, once the process has ended and before its output is handed over. */
  readonly text: () => { readonly stdout: string; readonly truncated: boolean };
}

/** Keeps the beginning of what goes into a sink; a sink that is our own stream keeps nothing. */
export function capture(sink: OutputSink): Capture {
  if (sink.to === 'file') return { sink, text: () => textOf(startOf(sink.fd)) };
  if (sink.to !== 'reader') return { sink, text: () => textOf(Buffer.alloc(0)) };
  const chunks: Buffer[] = [];
  let bytes = 0;
  const read = (chunk: Uint8Array): void | Promise<void> => {
    if (bytes <= MOST_STDOUT_BYTES) {
      chunks.push(Buffer.from(chunk));
      bytes += chunk.length;
    }
    return sink.read(chunk);
  };
  return { sink: { to: 'reader', read }, text: () => textOf(Buffer.concat(chunks)) };
}

function startOf(fd: number): Buffer {
  const buffer = Buffer.allocUnsafe(MOST_STDOUT_BYTES + 1);
  let bytes = 0;
  while (bytes < buffer.length) {
    const got = readSync(fd, buffer, bytes, buffer.length - bytes, bytes);
    if (got === 0) break;
    bytes += got;
  }
  return buffer.subarray(0, bytes);
}

function textOf(bytes: Buffer): { readonly stdout: string; readonly truncated: boolean } {
  const truncated = bytes.length > MOST_STDOUT_BYTES;
  const stdout = bytes.toString('utf8', 0, Math.min(bytes.length, MOST_STDOUT_BYTES));
  // As a shell does in $( ).
  return { stdout: stdout.replace(/[\r\n]+$/, ''), truncated };
}
