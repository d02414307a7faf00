import type { MeasureText } from '../../../report/text-width.ts';

const LINE_END = 0x0a;
const MOST_BYTES = 4096;
const colours = /\u001b\[[0-9;:]*m/g;
const otherControls = /[\u0000-\u001f\u007f-\u009f]/;

/** What was printed on a terminal since the last line end. */
export class UnfinishedLine {
  #bytes: Uint8Array = new Uint8Array();
  #isTooLong = false;

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#bytes.length === 0 && !this.#isTooLong;
  }

  /** Takes note of what is printed. */
  add(bytes: Uint8Array): void {
    const end = bytes.lastIndexOf(LINE_END);
    if (end !== -1) {
      this.#bytes = bytes.slice(end + 1);
      this.#isTooLong = false;
    } else if (bytes.length > 0) {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
    }
    if (this.#bytes.length <= MOST_BYTES) return;
    this.#bytes = new Uint8Array();
    this.#isTooLong = true;
  }

  /**
   * Whether the line surely takes less than this many cells, so that writing it again puts the cursor
   * where it was. Characters cut in two and anything that moves the cursor make that unsure.
   */
  isNarrowerThan(columns: number, measure: MeasureText): boolean {
    if (this.#isTooLong) return false;
    if (this.#bytes.length === 0) return true;
    const text = decode(this.#bytes)?.replace(colours, '');
    const shown = text?.slice(text.lastIndexOf('\r') + 1);
    if (text === undefined || shown === undefined) return false;
    return !otherControls.test(shown) && measure(shown) < columns && !text.includes('\u001b');
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Not UTF-8, or its last character is still to come.
    return undefined;
  }
}
