import { stripVTControlCharacters } from 'node:util';
import { estimateWidth, type MeasureText } from '../../../report/text-width.ts';
import { UnfinishedLine } from './unfinished-line.ts';

/** The part of a terminal stream that is needed here. */
export interface TerminalStream {
  readonly columns: number;
  readonly rows: number;
  write(bytes: Uint8Array, done?: (error?: Error | null) => void): boolean;
}

/** Makes the cursor visible. */
export const SHOW_CURSOR = '\u001b[?25h';
const HIDE_CURSOR = '\u001b[?25l';
// Terminals that know DEC mode 2026 show what is between the two at once; others ignore it.
const BEGIN_FRAME = '\u001b[?2026h';
const END_FRAME = '\u001b[?2026l';
const CLEAR_BELOW = '\u001b[J';
const CLEAR_LINE_END = '\u001b[K';

/**
 * Owns the last lines of a terminal: draws frames over each other, and makes room for whatever else
 * is printed above them. Each change is one write, so nothing is ever seen half drawn. A printed
 * line that has not ended yet waits above the region and is continued where it stopped.
 */
export class LiveScreen {
  readonly #terminal: TerminalStream;
  /** What was printed since the last line end. */
  readonly #unfinished = new UnfinishedLine();
  #measure: MeasureText = estimateWidth;
  /** The lines on the screen now; the cursor stands at the end of the last one. */
  #drawn: readonly string[] = [];
  #drawnColumns = 0;
  #wanted: readonly string[] = [];
  #cursorHidden = false;

  constructor(terminal: TerminalStream) {
    this.#terminal = terminal;
  }

  /** Whether the terminal's cursor is hidden at the moment. */
  get cursorHidden(): boolean {
    return this.#cursorHidden;
  }

  /** The measure by which the lines were made to fit. */
  useMeasure(measure: MeasureText): void {
    this.#measure = measure;
  }

  /** Shows these lines instead of the last ones; each must be narrower than the terminal. */
  draw(lines: readonly string[]): void {
    this.#wanted = lines;
    if (!this.#mayDraw() || sameLines(lines, this.#drawn)) return;
    if (lines.length === 0) return this.#send([BEGIN_FRAME, ...this.#erase(), END_FRAME]);
    const start = this.#drawn.length > 0 ? this.#backToStart() : this.#belowUnfinished();
    this.#send([BEGIN_FRAME, this.#hideCursor(), start, this.#body(), END_FRAME]);
  }

  /** Prints above the region. `done` is called when it is written. */
  print(bytes: Uint8Array, done?: (error?: Error | null) => void): void {
    if (this.#drawn.length === 0) {
      this.#unfinished.add(bytes);
      this.#terminal.write(bytes, done);
      return;
    }
    const erase = this.#erase();
    this.#unfinished.add(bytes);
    const redraw = this.#mayDraw() ? [this.#belowUnfinished(), this.#body()] : [];
    this.#send([BEGIN_FRAME, ...erase, bytes, ...redraw, END_FRAME], done);
  }

  /** Prints a line of its own above the region, after ending the line before if that is unfinished. */
  printLine(text: string): void {
    this.endLine();
    this.print(Buffer.from(`${text}\n`));
  }

  /** Ends the printed line before if that is unfinished. */
  endLine(): void {
    if (!this.#unfinished.isEmpty) this.print(Buffer.from('\n'));
  }

  /** Takes the region away and shows the cursor again. */
  clear(): void {
    this.#wanted = [];
    const erase = this.#drawn.length > 0 ? this.#erase() : [];
    const show = this.#cursorHidden ? [SHOW_CURSOR] : [];
    this.#cursorHidden = false;
    if (erase.length + show.length > 0) this.#send([...erase, ...show]);
  }

  /** A line that fills the terminal cannot be found again, so the region waits until it ends. */
  #mayDraw(): boolean {
    return this.#unfinished.isNarrowerThan(this.#terminal.columns, this.#measure);
  }

  #hideCursor(): string {
    if (this.#cursorHidden) return '';
    this.#cursorHidden = true;
    return HIDE_CURSOR;
  }

  #belowUnfinished(): string {
    return this.#unfinished.isEmpty ? '' : '\r\n';
  }

  /** The wanted lines, from the region's first cell; remembers them as drawn. */
  #body(): string {
    this.#drawn = this.#wanted;
    this.#drawnColumns = this.#terminal.columns;
    const lines = this.#wanted.map((line) => line + CLEAR_LINE_END);
    return lines.join('\r\n') + CLEAR_BELOW;
  }

  /** From the end of the region to its first cell. */
  #backToStart(): string {
    const rows = this.#drawn.reduce((sum, line) => sum + this.#rowsOf(line), 0);
    return rows > 1 ? `\r\u001b[${rows - 1}A` : '\r';
  }

  /** Each line took one row; a terminal that has become narrower since has wrapped it. */
  #rowsOf(line: string): number {
    const { columns } = this.#terminal;
    if (columns >= this.#drawnColumns) return 1;
    const width = Math.min(this.#measure(stripVTControlCharacters(line)), this.#drawnColumns - 1);
    return Math.max(1, Math.ceil(width / Math.max(1, columns)));
  }

  /** Removes the region and goes to where printed text goes on. */
  #erase(): readonly (string | Uint8Array)[] {
    const removed = `${this.#backToStart()}${CLEAR_BELOW}`;
    this.#drawn = [];
    if (this.#unfinished.isEmpty) return [removed];
    return [removed, '\u001b[A\r', this.#unfinished.bytes];
  }

  #send(parts: readonly (string | Uint8Array)[], done?: (error?: Error | null) => void): void {
    const bytes = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
    this.#terminal.write(Buffer.concat(bytes), done);
  }
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}
