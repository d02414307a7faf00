import { crc32 } from 'node:zlib';

/*
 * A journal is a text file of lines `crc32 SP json LF`: eight hex digits over the bytes of the JSON.
 * The first line is the header; then come records in the order in which items settled.
 */

/** No line is longer; the parts that users size (keys, values, errors, plans) are bounded. */
export const MAX_LINE_BYTES: number = 2 ** 20;
/** Bytes before the JSON of a line. */
const CHECKSUM_BYTES = 9;

/** One line with its checksum and its end. */
export function encodeLine(json: string): Buffer {
  return Buffer.from(`${crc32(json).toString(16).padStart(8, '0')} ${json}\n`);
}

/** The content of a line, given without its end; undefined when it is not what was written. */
export function decodeLine(line: Buffer): unknown {
  const checksum = /^([0-9a-f]{8}) $/.exec(line.toString('latin1', 0, CHECKSUM_BYTES))?.[1];
  const json = line.subarray(CHECKSUM_BYTES);
  if (checksum === undefined || crc32(json) !== Number.parseInt(checksum, 16)) return undefined;
  try {
    return JSON.parse(json.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether a damaged first line looks like one of ours rather than like somebody else's text. */
export function looksLikeLine(bytes: Buffer): boolean {
  return /^[0-9a-f]{8} \{/.test(bytes.toString('latin1', 0, 10));
}
