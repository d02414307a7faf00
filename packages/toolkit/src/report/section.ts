/** How a piece of text is meant; a face decides what that looks like. */
export type Tone = 'plain' | 'strong' | 'dim' | 'good' | 'warning' | 'bad';

/** A piece of text with its tone. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** Text in a table or line: plain, or with tones. */
export type Cell = string | Span;

/** A part of an answer for people, without any decision on how it is shown. */
export type Section =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'line'; readonly cells: readonly Cell[] }
  | { readonly kind: 'table'; readonly columns: readonly Column[]; readonly rows: readonly Row[] }
  /** Text to be passed on as it is, without wrapping, colour or indentation. */
  | { readonly kind: 'verbatim'; readonly text: string };

/** One row of a table. */
export type Row = readonly Cell[];

/** How a column of a table stands. */
export interface Column {
  /**
   * Text over the column; tables without titles have no header line.
   *
   * @defaultValue ''
   */
  readonly title?: string;
  /** @defaultValue 'left' */
  readonly align?: 'left' | 'right';
  /**
   * Cut this column when the table is wider than the screen.
   *
   * @defaultValue false
   */
  readonly shrink?: boolean;
  /**
   * Continue the cells of this column on further lines when the table is wider than the screen. For
   * the last column.
   *
   * @defaultValue false
   */
  readonly wrap?: boolean;
}

/** A line of cells. */
export function line(...cells: readonly Cell[]): Section {
  return { kind: 'line', cells };
}

/** A piece of text with a tone. */
export function span(tone: Tone, text: string): Span {
  return { text, tone };
}
