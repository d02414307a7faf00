import { Readable } from 'node:stream';
import { AtonceError } from 'atonce';
import type { ByteChunks } from '../../runs/text-records.ts';
import type { Row } from './row.ts';

/** An unclosed quote is an error here, not a record of the rest of the file. */
const LONGEST_RECORD_BYTES = 1024 * 1024;

/** How a table is read. */
export interface CsvOptions {
  /** For messages. */
  readonly name: string;
  /** `,` or a tab, usually. */
  readonly delimiter: string;
}

/**
 * Reads CSV or TSV: quoted fields may hold delimiters and line breaks, empty lines are no records.
 * A record whose number of fields differs from the first one's has a problem.
 *
 * @throws AtonceError `E_SOURCE` for text that is no CSV or no UTF-8, with its place.
 */
export async function* csvRecords(chunks: ByteChunks, options: CsvOptions): AsyncGenerator<Row> {
  const { name, delimiter } = options;
  // Loaded only here: most runs read no table, and each file loaded delays the first job.
  const { parse } = await import('csv-parse');
  const parser = Readable.from(utf8Text(chunks, name)).compose(
    parse({
      bom: true,
      delimiter,
      info: true,
      max_record_size: LONGEST_RECORD_BYTES,
      relax_column_count: true,
      skip_empty_lines: true,
    }),
  );
  let width: number | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
      width ??= record.length;
      if (record.length === width) {
        yield { columns: record };
        continue;
      }
      const problem = `line ${info.lines} of ${name} has ${record.length} columns, the first has ${width}`;
      yield { columns: record, problem };
    }
  } catch (error) {
    if (error instanceof AtonceError) throw error;
    const { message } = error as Error;
    throw new AtonceError('E_SOURCE', `${name}: ${message}`, { cause: error });
  }
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

async function* utf8Text(chunks: ByteChunks, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let lines = 1;
  try {
    for await (const chunk of chunks) {
      const text = decoder.decode(chunk, { stream: true });
      yield text;
      lines += text.split('\n').length - 1;
    }
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const message = `${name} is not valid UTF-8, at or after line ${lines}`;
    throw new AtonceError('E_SOURCE', message, { cause: error });
  }
}
