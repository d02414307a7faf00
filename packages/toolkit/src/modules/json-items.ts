import { type ByteChunks, textRecords } from '../runs/text-records.ts';
import type { Json, ModuleItem } from './request.ts';

/** Longer lines are not JSON lines but a document of another kind. */
const LONGEST_LINE_BYTES = 64 * 1024 * 1024;

/** Deeper values are refused at the border rather than overflowing a stack later. */
const DEEPEST = 200;

/**
 * Reads JSON lines: one value per line, empty lines left out. A line that is no JSON is an item with
 * a message that names its line, and the others go on.
 *
 * Reading throws AtonceError `E_SOURCE` for UTF-16 text and for lines of more than 64 MiB.
 */
export async function* jsonItems(chunks: ByteChunks, name: string): AsyncGenerator<ModuleItem> {
  const options = { name, nul: false, maxBytes: LONGEST_LINE_BYTES };
  for await (const record of textRecords(chunks, options)) {
    if (!record.ok) yield { ok: false, message: record.problem };
    else if (record.text.trim() !== '')
      yield parseLine(record.text, `line ${record.number} of ${name}`);
  }
}

function parseLine(text: string, place: string): ModuleItem {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    return { ok: false, message: `${place} is not JSON: ${(error as Error).message}` };
  }
  if (!isDeeperThan(value, DEEPEST)) return { ok: true, value };
  return { ok: false, message: `${place} is nested deeper than ${DEEPEST} levels` };
}

function isDeeperThan(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isDeeperThan(inner as Json, levels - 1));
}
