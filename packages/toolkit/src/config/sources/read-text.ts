import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { fileChunks } from '../../runs/file-chunks.ts';

/** Nobody writes so much by hand. */
const MOST_BYTES = 1024 * 1024;

/** A file's text without its byte order mark, or why there is none. */
export type FileText =
  | { readonly ok: true; readonly text: string; readonly mark: boolean }
  | { readonly ok: false; readonly message: string; readonly isMissing: boolean };

/** Reads a file of at most a mebibyte that must be UTF-8. Pipes and devices are read as well. */
export async function readText(path: string): Promise<FileText> {
  try {
    // Opened like a file, a pipe that nobody writes to would keep the process from ending.
    const isPipe = statSync(path).isFIFO();
    return textOf(isPipe ? await gather(fileChunks(path)) : await readBytes(path));
  } catch (error) {
    const { code = 'unknown error' } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
    return { ok: false, message: `cannot be read: ${code}`, isMissing: code === 'ENOENT' };
  }
}

/** The text of a stream that is read to its end, unless it is too large. */
export async function readTextFrom(stream: AsyncIterable<Uint8Array>): Promise<FileText> {
  return textOf(await gather(stream));
}

/** A little more than allowed at most. */
async function gather(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MOST_BYTES) break;
  }
  return Buffer.concat(chunks);
}

function textOf(bytes: Buffer): FileText {
  if (bytes.length > MOST_BYTES) return refused('is larger than 1 MiB');
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const mark = text.startsWith('\ufeff');
    return { ok: true, text: mark ? text.slice(1) : text, mark };
  } catch {
    return refused('is not UTF-8 text');
  }
}

/** At most one byte more than allowed: whatever it is, it may be endless. */
async function readBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafe(MOST_BYTES + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await file.close();
  }
}

function refused(message: string): FileText {
  return { ok: false, message, isMissing: false };
}
