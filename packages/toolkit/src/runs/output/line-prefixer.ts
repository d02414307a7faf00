const LF = 0x0a;
const NEWLINE: Buffer = Buffer.from('\n');

/**
 * Puts a prefix before each line of one whole output, which comes in pieces: nothing is held, so a
 * line may be of any length. A last line without an end gets one.
 */
export class LinePrefixer {
  readonly #prefix: Buffer;
  #isInLine = false;

  constructor(prefix: string) {
    this.#prefix = Buffer.from(prefix);
  }

  push(chunk: Buffer): Buffer {
    const pieces: Buffer[] = [];
    for (let from = 0; from < chunk.length;) {
      const lineEnd = chunk.indexOf(LF, from) + 1;
      const end = lineEnd === 0 ? chunk.length : lineEnd;
      if (!this.#isInLine) pieces.push(this.#prefix);
      pieces.push(chunk.subarray(from, end));
      this.#isInLine = lineEnd === 0;
      from = end;
    }
    return Buffer.concat(pieces);
  }

  /** What is missing at the end. */
  finish(): Buffer {
    return this.#isInLine ? NEWLINE : Buffer.alloc(0);
  }
}
