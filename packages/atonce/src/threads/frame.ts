import { deserialize, serialize } from 'node:v8';

/**
 * Messages between processes travel as bytes that we read ourselves: where Node reads them, one that
 * cannot be read is an uncaught exception in the process that receives it.
 */
export function toFrame(message: unknown): Uint8Array {
  return serialize(message);
}

/** Reads a frame, or tells that it cannot be read. */
export function readFrame<T>(
  frame: unknown,
  read: (message: T) => void,
  garbled: () => void,
): void {
  let message: T;
  try {
    message = deserialize(frame as Uint8Array) as T;
  } catch {
    garbled();
    return;
  }
  read(message);
}
