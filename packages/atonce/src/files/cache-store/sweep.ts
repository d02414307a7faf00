import { readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { EVERYTHING } from '../../engine/cache/marks.ts';
import { map } from '../../engine/map.ts';
import { systemCode } from '../system-error.ts';
import { decodeEntry } from './entry-file.ts';
import { type FoundMark, type MarkFolder, namesIn, unlessGone } from './mark-folder.ts';
import { isEntryName, isShard } from './names.ts';

/** How much a store holds. */
export interface Bounds {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** Sweeping goes this far below the bounds, so that not every write sweeps. */
const TARGET = 0.9;
/** So long a computation may take that an invalidation still reaches, and a write of a file. */
const LONGEST_MS = 3_600_000;
/** From so many marks on it pays to look which of them are still needed. */
const MANY_MARKS = 1_000;
/** Beyond that the oldest ones become one mark for everything. */
const MOST_MARKS = 10_000;
/** Calls of the system at once. */
const CONCURRENCY = 16;

interface FoundEntry {
  readonly path: string;
  readonly bytes: number;
  readonly usedAt: number;
}

/** Brings a store's folder within its bounds: what was not used for longest goes first. */
export async function sweep(folder: string, marks: MarkFolder, bounds: Bounds): Promise<void> {
  const entries = await findEntries(join(folder, 'entries'));
  const surplus = surplusOf(entries, bounds);
  await removeAll(surplus);
  await sweepMarks(marks, entries.slice(surplus.length));
}

/** Removes every entry. */
export async function removeEntries(folder: string): Promise<void> {
  await removeAll(await findEntries(join(folder, 'entries')));
}

/** Entries, the ones used longest ago first. What killed processes have left half written is removed on the way. */
async function findEntries(folder: string): Promise<FoundEntry[]> {
  const shards = (await namesIn(folder)).filter(isShard);
  const found: FoundEntry[] = [];
  for (const shard of shards) {
    const names = await namesIn(join(folder, shard));
    const paths = names.map((name) => join(folder, shard, name));
    await map(
      paths,
      async (path, { index }) => {
        const entry = await facts(path);
        if (entry === undefined) return;
        if (isEntryName(names[index] as string)) found.push(entry);
        else if (isAbandoned(path, entry)) await unlessGone(unlink(path));
      },
      { concurrency: CONCURRENCY },
    );
  }
  return found.sort((a, b) => a.usedAt - b.usedAt);
}

async function facts(path: string): Promise<FoundEntry | undefined> {
  try {
    const { size, atimeMs, mtimeMs } = await stat(path);
    return { path, bytes: size, usedAt: Math.max(atimeMs, mtimeMs) };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isAbandoned(path: string, { usedAt }: FoundEntry): boolean {
  return path.endsWith('.tmp') && usedAt < Date.now() - LONGEST_MS;
}

/** Those at the beginning that are too many. */
function surplusOf(entries: readonly FoundEntry[], bounds: Bounds): readonly FoundEntry[] {
  let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (entries.length <= bounds.maxEntries && bytes <= bounds.maxBytes) return [];
  let count = 0;
  for (const entry of entries) {
    const left = entries.length - count;
    if (left <= bounds.maxEntries * TARGET && bytes <= bounds.maxBytes * TARGET) break;
    bytes -= entry.bytes;
    count++;
  }
  return entries.slice(0, count);
}

async function removeAll(entries: readonly FoundEntry[]): Promise<void> {
  await map(entries, ({ path }) => unlessGone(unlink(path)), { concurrency: CONCURRENCY });
}

/** Keeps the number of marks bounded, after removing what the ones that go were needed for. */
async function sweepMarks(marks: MarkFolder, entries: readonly FoundEntry[]): Promise<void> {
  const found = await marks.list();
  if (found.length <= MANY_MARKS) return;
  await map(entries, (entry) => removeIfInvalid(entry, marks), { concurrency: CONCURRENCY });
  const newestFirst = found.sort((a, b) => b.at - a.at);
  const settled = Date.now() - LONGEST_MS;
  const recent = newestFirst.filter(({ at }) => at >= settled);
  const old = newestFirst.slice(recent.length);
  const tooMany = recent.slice(MOST_MARKS);
  const [newest] = tooMany;
  if (newest !== undefined) await marks.add(EVERYTHING, newest.at);
  await removeMarks(marks, [...tooMany, ...old]);
}

async function removeMarks(marks: MarkFolder, found: readonly FoundMark[]): Promise<void> {
  await map(found, (mark) => marks.remove(mark), { concurrency: CONCURRENCY });
}

async function removeIfInvalid({ path }: FoundEntry, marks: MarkFolder): Promise<void> {
  const decoded = decodeEntry(await readFile(path).catch(() => Buffer.alloc(0)));
  const isGood = decoded !== undefined && !(await marks.cover(decoded.key, decoded.entry));
  if (!isGood) await unlessGone(unlink(path));
}
