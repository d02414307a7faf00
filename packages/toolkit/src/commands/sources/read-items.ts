import { fileChunks } from '../../runs/file-chunks.ts';
import { type ByteChunks, type TextOptions, textRecords } from '../../runs/text-records.ts';
import type { CommandItem } from '../item.ts';
import { combineSources, type Source } from './combine.ts';
import { csvRecords } from './csv-records.ts';
import type { Row, Rows } from './row.ts';
import type { SourceGroup } from './source-arguments.ts';

/** No argument can be as long, so a file with such a line is not made of items. */
const LONGEST_BYTES = 4 * 1024 * 1024;

/** Where items come from and how their text is read. */
export interface ItemOptions {
  /** Sources of the command line; none means the standard input. */
  readonly groups: readonly SourceGroup[];
  /** The standard input: what `-` and no source at all mean. */
  readonly stdin: ByteChunks;
  /** Records of files and of the standard input end with NUL. */
  readonly nul: boolean;
  /** Regular expression between columns; undefined for one column. */
  readonly colsep: RegExp | undefined;
  /** Delimiter of CSV, for files and the standard input; undefined for lines. */
  readonly csvDelimiter: string | undefined;
  /** The first record of each source names its columns. */
  readonly header: boolean;
  /** Leave out records of nothing but white space, GNU parallel's `-r`; otherwise they are items too. */
  readonly skipEmpty: boolean;
}

/** The items of a run. */
export interface Items {
  readonly items: AsyncIterable<CommandItem>;
  /** Their number, when all come from the command line. */
  readonly total: number | undefined;
}

/**
 * The items that sources give, read as they are needed. An input without any record gives no items.
 *
 * Reading them throws AtonceError `E_SOURCE` for a file that cannot be read and for text that is not
 * what it should be; see `textRecords` and `csvRecords`.
 */
export function readItems(options: ItemOptions): Items {
  const { groups, header } = options;
  const sources: Source[] = groups.flatMap((group) => sourcesOf(group, options));
  if (sources.length === 0) {
    sources.push({ rows: standardInput(options), header, linked: false });
  }
  return { items: combineSources(sources), total: totalOf(options) };
}

function sourcesOf({ kind, words, linked }: SourceGroup, options: ItemOptions): Source[] {
  const { header } = options;
  if (kind === 'values') {
    const rows = words.map((word) => ({ columns: [word] }));
    return [{ rows: shapedSync(rows, options), header, linked }];
  }
  return words.map((file) => ({ rows: fileRows(file, options), header, linked }));
}

function standardInput(options: ItemOptions): Rows {
  return textRows(options.stdin, 'the standard input', options);
}

function fileRows(file: string, options: ItemOptions): Rows {
  return file === '-' ? standardInput(options) : textRows(fileChunks(file), file, options);
}

function textRows(chunks: ByteChunks, name: string, options: ItemOptions): Rows {
  const { csvDelimiter, nul } = options;
  if (csvDelimiter !== undefined) return csvRecords(chunks, { name, delimiter: csvDelimiter });
  return shaped(lineRows(chunks, { name, nul, maxBytes: LONGEST_BYTES }), options);
}

async function* lineRows(chunks: ByteChunks, options: TextOptions): AsyncGenerator<Row> {
  for await (const record of textRecords(chunks, options)) {
    if (record.ok) yield { columns: [record.text] };
    else yield { columns: [], problem: record.problem };
  }
}

async function* shaped(rows: AsyncIterable<Row>, options: ItemOptions): AsyncGenerator<Row> {
  for await (const row of rows) if (isWanted(row, options)) yield separated(row, options.colsep);
}

function shapedSync(rows: readonly Row[], options: ItemOptions): readonly Row[] {
  return rows.filter((row) => isWanted(row, options)).map((row) => separated(row, options.colsep));
}

function isWanted({ columns, problem }: Row, { skipEmpty }: ItemOptions): boolean {
  return !skipEmpty || problem !== undefined || columns.some((column) => column.trim() !== '');
}

function separated(row: Row, colsep: RegExp | undefined): Row {
  if (colsep === undefined || row.columns.length !== 1) return row;
  return { columns: (row.columns[0] as string).split(colsep) };
}

/** The product over groups of linked sources, when every source is on the command line. */
function totalOf(options: ItemOptions): number | undefined {
  const { groups, header } = options;
  if (groups.length === 0 || groups.some(({ kind }) => kind === 'files')) return undefined;
  const lengths: number[] = [];
  for (const { words, linked } of groups) {
    const rows = shapedSync(
      words.map((word) => ({ columns: [word] })),
      options,
    );
    const length = Math.max(0, rows.length - (header ? 1 : 0));
    if (linked) lengths.push(Math.min(lengths.pop() ?? length, length));
    else lengths.push(length);
  }
  return lengths.reduce((product, length) => product * length, 1);
}
