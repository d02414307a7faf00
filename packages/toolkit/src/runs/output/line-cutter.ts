/** A line may be so long before it is cut: it must be held until its end comes. */
export const LONGEST_LINE_BYTES: number = 1024 * 1024;

const LF = 0x0a;
const NEWLINE: Buffer = Buffer.from('\n');

/**
 * Turns pieces of output into whole lines, each with a prefix. A last line without an end gets one;
 * a line of more than 1 MiB is cut into several.
 */
export class LineCutter {
  readonly #prefix: Buffer;
  #rest: Buffer[] = [];
  #restBytes = 0;
  /** Lines that were longer than 1 MiB. */
  cutLines = 0;

  constructor(prefix: string) {
    this.#prefix = Buffer.from(prefix);
  }

  /** The lines that are whole now; empty when none is. */
  push(chunk: Buffer): Buffer {
    const end = chunk.lastIndexOf(LF);
    if (end === -1) return this.#keep(chunk);
    const whole = Buffer.concat([...this.#rest, chunk.subarray(0, end + 1)]);
    this.#rest = [];
    this.#restBytes = 0;
    const kept = this.#keep(chunk.subarray(end + 1));
    const lines = this.#prefixed(whole);
    return kept.length === 0 ? lines : Buffer.concat([lines, kept]);
  }

  /** The last line, if it had no end. */
  finish(): Buffer {
    if (this.#restBytes === 0) return Buffer.alloc(0);
    const line = this.#prefixed(Buffer.concat([...this.#rest, NEWLINE]));
    this.#rest = [];
    this.#restBytes = 0;
    return line;
  }

  #keep(chunk: Buffer): Buffer {
    if (chunk.length > 0) this.#rest.push(chunk);
    this.#restBytes += chunk.length;
    if (this.#restBytes <= LONGEST_LINE_BYTES) return Buffer.alloc(0);
    this.cutLines++;
    return this.finish();
  }

  #prefixed(lines: Buffer): Buffer {
    if (this.#prefix.length === 0) return lines;
    const pieces: Buffer[] = [];
    for (let from = 0; from < lines.length;) {
      const end = lines.indexOf(LF, from) + 1;
      pieces.push(this.#prefix, lines.subarray(from, end));
      from = end;
    }
    return Buffer.concat(pieces);
  }
}
