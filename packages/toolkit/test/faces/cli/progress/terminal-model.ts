/** A terminal of one cell per character that never scrolls anything away: what tests look at. */
export class TerminalModel {
  columns: number;
  rows = 24;
  cursorVisible = true;
  writes = 0;
  #lines: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(columns = 80) {
    this.columns = columns;
  }

  /** The lines on the screen, without trailing spaces. */
  get lines(): readonly string[] {
    return this.#lines.map((cells) =>
      Array.from(cells, (cell) => cell ?? ' ')
        .join('')
        .trimEnd(),
    );
  }

  write(bytes: Uint8Array, done?: (error?: Error | null) => void): boolean {
    this.writes += 1;
    const text = Buffer.from(bytes).toString('utf8');
    for (const [token] of text.matchAll(/\u001b\[[0-9;?]*[A-Za-z]|[\s\S]/gu)) this.#take(token);
    done?.();
    return true;
  }

  #take(token: string): void {
    if (token === '\n') this.#newLine();
    else if (token === '\r') this.#column = 0;
    else if (token.startsWith('\u001b')) this.#command(token);
    else this.#put(token);
  }

  #newLine(): void {
    this.#row += 1;
    this.#column = 0;
    this.#lines[this.#row] ??= [];
  }

  #put(character: string): void {
    if (this.#column === this.columns) this.#newLine();
    const line = this.#lines[this.#row] ?? [];
    line[this.#column] = character;
    this.#column += 1;
  }

  #command(sequence: string): void {
    const [, parameter = '', letter] = /\[([0-9;?]*)([A-Za-z])/.exec(sequence) ?? [];
    if (letter === 'A') this.#row = Math.max(0, this.#row - Number(parameter || 1));
    else if (letter === 'K') this.#lines[this.#row]?.splice(this.#column);
    else if (letter === 'J') {
      this.#lines[this.#row]?.splice(this.#column);
      this.#lines.splice(this.#row + 1);
    } else if (parameter === '?25') this.cursorVisible = letter === 'h';
    else if (parameter !== '?2026' && letter !== 'm') throw new RangeError(`unknown: ${sequence}`);
  }
}
