import { crc32 } from 'node:zlib';
import type { StoredEntry } from '../../engine/cache/cache-store.ts';

/*
 * An entry is a file `crc32 SP header LF text`: eight hex digits over the bytes of what follows, what is
 * known of the value as one line of JSON, and the value's JSON.
 */

/** Tells our files from others. */
const FORMAT = 'atonce-cache';
/** Raised by every change that an older reader would misunderstand. */
const VERSION = 1;
/** Bytes before the header. */
const CHECKSUM_BYTES = 9;
const LINE_FEED = 10;

type Header = Omit<StoredEntry, 'text'> & {
  readonly format: typeof FORMAT;
  readonly version: number;
  readonly key: string;
};

/** The content of an entry's file. */
export function encodeEntry(key: string, { text, ...facts }: StoredEntry): Buffer {
  const header: Header = { format: FORMAT, version: VERSION, key, ...facts };
  const body = `${JSON.stringify(header)}\n${text}`;
  return Buffer.from(`${crc32(body).toString(16).padStart(8, '0')} ${body}`);
}

/** An entry with the key it was kept under. */
export interface DecodedEntry {
  readonly key: string;
  readonly entry: StoredEntry;
}

/** Reads an entry's file; undefined for what is torn, damaged, of another version or none of ours. */
export function decodeEntry(bytes: Buffer): DecodedEntry | undefined {
  const checksum = /^([0-9a-f]{8}) $/.exec(bytes.toString('latin1', 0, CHECKSUM_BYTES))?.[1];
  const body = bytes.subarray(CHECKSUM_BYTES);
  const end = body.indexOf(LINE_FEED);
  if (checksum === undefined || end < 0 || crc32(body) !== Number.parseInt(checksum, 16))
    return undefined;
  const header = headerOf(body.toString('utf8', 0, end));
  if (header?.format !== FORMAT || header.version !== VERSION) return undefined;
  const { key, startedAt, computeMs, expiresAt, keepUntil, tags } = header;
  const text = body.toString('utf8', end + 1);
  return { key, entry: { text, startedAt, computeMs, expiresAt, keepUntil, tags } };
}

function headerOf(line: string): Header | undefined {
  try {
    return JSON.parse(line) as Header;
  } catch {
    return undefined;
  }
}
