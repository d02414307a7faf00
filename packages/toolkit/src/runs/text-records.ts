import { isUtf8 } from 'node:buffer';
import { AtonceError } from 'atonce';

/** Bytes as they come. */
export type ByteChunks = AsyncIterable<Uint8Array>;

/** One line, or why it cannot be used. */
export type TextRecord =
  | { readonly ok: true; readonly text: string; readonly number: number }
  | { readonly ok: false; readonly problem: string; readonly number: number };

const LF = 0x0a;
const CR = 0x0d;

/** How a text is cut into records. */
export interface TextOptions {
  /** For messages. */
  readonly name: string;
  /** Records end with NUL instead of LF or CRLF. */
  readonly nul: boolean;
  /** A longer record is an error: the text is not made of lines. */
  readonly maxBytes: number;
}

/**
 * Cuts bytes into lines, or into records that end with NUL. A record that is not valid UTF-8 has a
 * problem and no value: it cannot be handed to a command without changing it.
 *
 * @throws AtonceError `E_SOURCE` for UTF-16 text and for records of more than `maxBytes`.
 */
export async function* textRecords(
  chunks: ByteChunks,
  options: TextOptions,
): AsyncGenerator<TextRecord> {
  const decoder = new RecordDecoder(options);
  const end = options.nul ? 0 : LF;
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(end); at !== -1; at = chunk.indexOf(end, from)) {
      rest.push(chunk.subarray(from, at));
      yield decoder.record(rest);
      rest = [];
      restBytes = 0;
      from = at + 1;
    }
    if (from === chunk.length) continue;
    rest.push(chunk.subarray(from));
    restBytes += chunk.length - from;
    if (restBytes > options.maxBytes) throw decoder.tooLong();
  }
  if (rest.length > 0) yield decoder.record(rest);
}

class RecordDecoder {
  readonly #options: TextOptions;
  #count = 0;

  constructor(options: TextOptions) {
    this.#options = options;
  }

  record(pieces: readonly Uint8Array[]): TextRecord {
    this.#count++;
    let bytes = pieces.length === 1 ? asBuffer(pieces[0] as Uint8Array) : Buffer.concat(pieces);
    if (this.#count === 1) bytes = this.#withoutMark(bytes);
    const { nul } = this.#options;
    if (!nul && bytes.at(-1) === CR) bytes = bytes.subarray(0, -1);
    const number = this.#count;
    if (!isUtf8(bytes))
      return { ok: false, number, problem: `${this.#place()} is not valid UTF-8` };
    if (nul || !bytes.includes(0)) return { ok: true, number, text: bytes.toString('utf8') };
    const problem = `${this.#place()} holds a NUL byte; -0 reads records that end with one`;
    return { ok: false, number, problem };
  }

  tooLong(): AtonceError {
    this.#count++;
    return new AtonceError(
      'E_SOURCE',
      `${this.#place()} is longer than ${this.#options.maxBytes} bytes`,
    );
  }

  /** Byte order marks: the one of UTF-8 means nothing, those of UTF-16 mean another encoding. */
  #withoutMark(bytes: Buffer): Buffer {
    const [first, second, third] = bytes;
    if (first === 0xef && second === 0xbb && third === 0xbf) return bytes.subarray(3);
    if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
      throw new AtonceError('E_SOURCE', `${this.#options.name} is UTF-16; UTF-8 is expected`);
    }
    return bytes;
  }

  #place(): string {
    return `${this.#options.nul ? 'record' : 'line'} ${this.#count} of ${this.#options.name}`;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
