import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AtonceError } from 'atonce';
import { fileChunks } from '../../runs/file-chunks.ts';
import { textRecords } from '../../runs/text-records.ts';

/** Milliseconds that tasks took, by name, oldest first. */
export type Durations = ReadonlyMap<string, readonly number[]>;

/** Of each task no more than its last times count: what was slow a year ago says nothing. */
const MOST_TIMES = 9;

/** Longer lines hold values, not facts; the journal's own lines are shorter. */
const LONGEST_LINE_BYTES = 2 * 1024 * 1024;

/**
 * Reads how long tasks took from journals of earlier runs: from one file, or from all journals of a
 * folder, the least recently written first. Journals of anything but plans are left out, and a line
 * that is damaged says nothing. A path where nothing is has no times.
 *
 * @throws AtonceError `E_FILE` when there is something that cannot be read.
 */
export async function readDurations(paths: readonly string[]): Promise<Durations> {
  const durations = new Map<string, number[]>();
  const files = new Map(paths.flatMap(filesOf).map((file) => [resolve(file), file]));
  for (const file of files.values()) {
    for await (const { name, ms } of timesIn(file)) {
      const times = durations.get(name) ?? [];
      times.push(ms);
      if (times.length > MOST_TIMES) times.shift();
      durations.set(name, times);
    }
  }
  return durations;
}

function filesOf(path: string): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (!found.isDirectory()) return [path];
  return readdirSync(path)
    .map((name) => join(path, name))
    .flatMap((file) => {
      const facts = statSync(file, { throwIfNoEntry: false });
      return facts?.isFile() === true ? [{ file, writtenMs: facts.mtimeMs }] : [];
    })
    .sort((a, b) => a.writtenMs - b.writtenMs)
    .map(({ file }) => file);
}

interface Time {
  readonly name: string;
  readonly ms: number;
}

/** Read here rather than opened as a journal: that would lock it and repair its end. */
async function* timesIn(file: string): AsyncGenerator<Time> {
  const options = { name: file, nul: false, maxBytes: LONGEST_LINE_BYTES };
  let first = true;
  try {
    for await (const record of textRecords(fileChunks(file), options)) {
      const content = record.ok ? contentOf(record.text) : undefined;
      if (first && !isHeader(content)) return;
      first = false;
      const time = timeOf(content);
      if (time !== undefined) yield time;
    }
  } catch (error) {
    // It names the file.
    if (first) throw new AtonceError('E_FILE', (error as Error).message);
  }
}

/** What stands behind a line's checksum. */
function contentOf(line: string): unknown {
  if (!/^[0-9a-f]{8} \{/.test(line)) return undefined;
  try {
    return JSON.parse(line.slice(9));
  } catch {
    return undefined;
  }
}

function isHeader(content: unknown): boolean {
  const { format, plan } = (content ?? {}) as { format?: unknown; plan?: { task?: unknown } };
  return format === 'atonce-journal' && plan?.task === PLAN_TASK;
}

/** What journals of plans call what they are about. */
export const PLAN_TASK = 'plan';

function timeOf(content: unknown): Time | undefined {
  const { type, key, durationMs } = (content ?? {}) as Readonly<Record<string, unknown>>;
  if (type !== 'done' || typeof key !== 'string') return undefined;
  if (typeof durationMs !== 'number' || !(durationMs >= 0)) return undefined;
  return { name: key, ms: durationMs };
}
