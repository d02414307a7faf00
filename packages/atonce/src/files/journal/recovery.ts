import type { FileHandle } from 'node:fs/promises';
import { FORMAT_VERSION, isHeader, isHeaderStart, isRecord } from './format.ts';
import type { JournalHeader, StoredRecord } from './format.ts';
import { decodeLine, looksLikeLine } from './line.ts';
import type { StoredPlan } from './plan-difference.ts';
import { isAllNul, scanLines, type ScannedLine } from './scan-lines.ts';

/** Where a record stands in the file; the line feed is not counted. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** A journal that can be continued. */
export interface FoundRun {
  readonly kind: 'run';
  readonly header: JournalHeader;
  /** The plan it is run by now: the header's, or the last accepted one. */
  readonly plan: StoredPlan;
  /** Where the entry of each done item stands, by stored key. */
  readonly places: Map<string, Place>;
  /** Where the good records end; what follows is one record that was cut off. */
  readonly goodBytes: number;
  readonly bytes: number;
}

/** What reading a file has shown. Reading changes nothing. */
export type Found =
  | FoundRun
  /** No bytes, or nothing but NUL. */
  | { readonly kind: 'empty'; readonly bytes: number }
  /** The header itself was cut off. */
  | { readonly kind: 'torn-header'; readonly bytes: number }
  /** A damaged line at `offset` that is not the last one. */
  | { readonly kind: 'corrupt'; readonly offset: number; readonly bytes: number }
  | { readonly kind: 'foreign'; readonly why: string };

/** Reads a journal through and says what it is. */
export async function readJournal(handle: FileHandle): Promise<Found> {
  const { size } = await handle.stat();
  const reading = new Reading(size);
  await scanLines(handle, (line) => reading.visit(line));
  const found = reading.found();
  if (found.kind === 'foreign' && (await isAllNul(handle))) return { kind: 'empty', bytes: size };
  return found;
}

class Reading {
  readonly #bytes: number;
  readonly #places = new Map<string, Place>();
  #header: JournalHeader | undefined;
  #plan: StoredPlan | undefined;
  #goodBytes = 0;
  #badAt: number | undefined;
  #verdict: Found | undefined;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** Takes the next line; false when the verdict is certain. */
  visit(line: ScannedLine): boolean {
    if (this.#badAt !== undefined) {
      this.#verdict = { kind: 'corrupt', offset: this.#badAt, bytes: this.#bytes };
      return false;
    }
    const content = line.terminated ? decodeLine(line.bytes) : undefined;
    if (line.offset === 0) this.#readHeader(line, content);
    else if (content === undefined) this.#badAt = line.offset;
    else this.#readRecord(line, content);
    return this.#verdict === undefined;
  }

  found(): Found {
    if (this.#verdict !== undefined) return this.#verdict;
    if (this.#header === undefined || this.#plan === undefined)
      return { kind: 'empty', bytes: this.#bytes };
    return {
      kind: 'run',
      header: this.#header,
      plan: this.#plan,
      places: this.#places,
      goodBytes: this.#goodBytes,
      bytes: this.#bytes,
    };
  }

  #readHeader(line: ScannedLine, content: unknown): void {
    if (!isHeader(content)) this.#verdict = this.#withoutHeader(line, content);
    else if (content.version !== FORMAT_VERSION)
      this.#verdict = foreign(otherVersion(content.version));
    else {
      this.#header = content;
      this.#plan = content.plan;
      this.#goodBytes = line.bytes.length + 1;
    }
  }

  #withoutHeader(line: ScannedLine, content: unknown): Found {
    const bytes = this.#bytes;
    if (!line.terminated && line.bytes[0] !== 0 && isHeaderStart(line.bytes))
      return { kind: 'torn-header', bytes };
    const damaged = content === undefined && line.terminated && looksLikeLine(line.bytes);
    return damaged
      ? { kind: 'corrupt', offset: 0, bytes }
      : foreign('it is not a journal of atonce');
  }

  #readRecord(line: ScannedLine, content: unknown): void {
    if (!isRecord(content)) {
      this.#verdict = foreign(
        `its record at byte ${line.offset} is of a kind that this version does not know`,
      );
      return;
    }
    this.#goodBytes = line.offset + line.bytes.length + 1;
    this.#apply(content, { offset: line.offset, length: line.bytes.length });
  }

  /** The last record of a key counts. */
  #apply(record: StoredRecord, place: Place): void {
    if (record.type === 'done') this.#places.set(record.key, place);
    else if (record.type === 'fail') this.#places.delete(record.key);
    else this.#plan = record.plan;
  }
}

function foreign(why: string): Found {
  return { kind: 'foreign', why };
}

function otherVersion(version: number): string {
  return `it has format version ${version}, and this version of atonce reads ${FORMAT_VERSION}`;
}
