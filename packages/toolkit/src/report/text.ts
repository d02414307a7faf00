import type { Cell, Column, Row, Section, Tone } from './section.ts';
import { fitMiddle, type MeasureText } from './text-width.ts';

/** How sections become text. */
export interface TextStyle {
  /** Cells in a line; undefined when lines may be of any length. */
  readonly width: number | undefined;
  readonly measure: MeasureText;
  /** Makes a tone visible, or gives the text back. */
  readonly paint: (tone: Tone, text: string) => string;
  /** Stands for what was cut away; one cell. */
  readonly ellipsis: string;
}

/** The sections as text for a terminal or a file; every line ends with a line end. */
export function renderText(sections: readonly Section[], style: TextStyle): string {
  return sections.map((section) => renderSection(section, style)).join('');
}

function renderSection(section: Section, style: TextStyle): string {
  switch (section.kind) {
    case 'heading':
      return `${style.paint('strong', section.text)}\n`;
    case 'line':
      return `${section.cells.map((cell) => paintCell(cell, style)).join('')}\n`;
    case 'table':
      return renderTable(section.columns, section.rows, style);
    case 'verbatim':
      return section.text;
  }
}

const GAP = '  ';

function renderTable(columns: readonly Column[], rows: readonly Row[], style: TextStyle): string {
  const titles = columns.map(({ title = '' }): Cell => ({ text: title, tone: 'dim' }));
  const all = titles.some((title) => textOf(title) !== '') ? [titles, ...rows] : rows;
  const widths = columnWidths(columns, all, style);
  return all.map((row) => renderRow(row, columns, widths, style)).join('');
}

/** Narrower cells cannot be read any more. */
const LEAST_WIDTH = { shrink: 8, wrap: 16 };

/**
 * The widest cell of each column. Columns that may shrink or wrap give up what the line lacks, the last
 * one first.
 */
function columnWidths(
  columns: readonly Column[],
  rows: readonly Row[],
  { measure, width: lineWidth }: TextStyle,
): readonly number[] {
  const widths = columns.map((_, index) =>
    rows.reduce((most, row) => Math.max(most, measure(textOf(row[index] ?? ''))), 0),
  );
  const needed = widths.reduce((sum, width) => sum + width, GAP.length * (columns.length - 1));
  let excess = lineWidth === undefined ? 0 : needed - lineWidth;
  for (const [index, { shrink = false, wrap = false }] of [...columns.entries()].toReversed()) {
    if ((!shrink && !wrap) || excess <= 0) continue;
    const width = widths[index] ?? 0;
    const least = wrap ? LEAST_WIDTH.wrap : LEAST_WIDTH.shrink;
    const given = Math.min(excess, Math.max(0, width - least));
    widths[index] = width - given;
    excess -= given;
  }
  return widths;
}

function renderRow(
  row: Row,
  columns: readonly Column[],
  widths: readonly number[],
  style: TextStyle,
): string {
  const last = columns.length - 1;
  const wrapped = columns[last]?.wrap === true ? wrapCell(row[last] ?? '', widths[last] ?? 0) : [];
  const rows =
    wrapped.length < 2
      ? [row]
      : wrapped.map((cell, line) => [
          ...(line === 0 ? row.slice(0, last) : Array.from({ length: last }, () => '')),
          cell,
        ]);
  return rows.map((one) => renderLine(one, columns, widths, style)).join('');
}

/** The cell's words in lines of this width; a longer word has a line of its own. */
function wrapCell(cell: Cell, width: number): readonly Cell[] {
  const lines: string[] = [];
  for (const word of textOf(cell).split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines.map((text) => ({ text, tone: toneOf(cell) }));
}

function renderLine(
  row: Row,
  columns: readonly Column[],
  widths: readonly number[],
  style: TextStyle,
): string {
  const cells = columns.map((column, index) => {
    const cell = row[index] ?? '';
    const width = widths[index] ?? 0;
    const text = column.wrap === true ? textOf(cell) : fitMiddle(textOf(cell), width, style);
    const painted = style.paint(toneOf(cell), text);
    const padding = ' '.repeat(Math.max(0, width - style.measure(text)));
    if (column.align === 'right') return padding + painted;
    return index === columns.length - 1 ? painted : painted + padding;
  });
  return `${cells.join(GAP).trimEnd()}\n`;
}

function paintCell(cell: Cell, style: TextStyle): string {
  return style.paint(toneOf(cell), textOf(cell));
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

function toneOf(cell: Cell): Tone {
  return typeof cell === 'string' ? 'plain' : cell.tone;
}
