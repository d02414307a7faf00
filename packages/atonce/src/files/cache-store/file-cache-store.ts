import { mkdir, open, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CacheStore, StoredEntry } from '../../engine/cache/cache-store.ts';
import { EVERYTHING, keyMark, tagMark } from '../../engine/cache/marks.ts';
import { checkInteger, checkNames, refuse } from '../../kernel/checks.ts';
import { AtonceError } from '../../kernel/errors.ts';
import { systemCode, systemFailure } from '../system-error.ts';
import { writeFileAtomic } from '../write-file-atomic.ts';
import { decodeEntry, encodeEntry } from './entry-file.ts';
import { MarkFolder, unlessGone } from './mark-folder.ts';
import { entryPath } from './names.ts';
import { type Bounds, removeEntries, sweep } from './sweep.ts';

/** How much a store in files holds. */
export interface FileCacheStoreOptions {
  /**
   * Entries held at most, about: what was not used for longest goes when it is exceeded by a tenth.
   *
   * @defaultValue 10000
   */
  readonly maxEntries?: number | undefined;
  /**
   * Sum of the sizes of the files, bytes, at most, about. A single larger entry is refused.
   *
   * @defaultValue 268435456
   */
  readonly maxBytes?: number | undefined;
}

/** A store in files. */
export interface FileCacheStore extends CacheStore {
  /** The folder, as it was given. */
  readonly folder: string;
  /** Brings the folder within its bounds now. It also happens by itself, behind writes. */
  sweep(): Promise<void>;
}

/**
 * Keeps the values of a cache in a folder, one file each, for this and later processes, several at
 * once too. A file is whole or absent after any end of the process; one that a power loss has torn is
 * no entry. Names are hashes of the keys; files are readable by their owner only, and are parsed as
 * JSON, never executed. The folder is made when it is first needed; give each cache its own.
 *
 * @throws OptionError for a bad option. Operations reject with AtonceError `E_FILE` when the system refuses,
 * and `E_CACHE_STORE` for an entry larger than `maxBytes`.
 */
export function fileCacheStore(
  folder: string,
  options: FileCacheStoreOptions = {},
): FileCacheStore {
  if (typeof folder !== 'string' || folder === '') throw refuse('folder', 'a path', folder);
  checkNames('fileCacheStore', options, ['maxEntries', 'maxBytes']);
  const { maxEntries = 10_000, maxBytes = 2 ** 28 } = options;
  checkInteger('maxEntries', maxEntries, { min: 1 });
  checkInteger('maxBytes', maxBytes, { min: 1 });
  return new Files(folder, { maxEntries, maxBytes });
}

/** Share of the bounds that may be written between two sweeps. */
const GROWTH = 0.1;
/** A process that begins to write sweeps first, unless it was done as recently as that. */
const RECENT_MS = 600_000;
/** Uses closer together than that need not be told apart. */
const USE_MS = 60_000;

class Files implements FileCacheStore {
  readonly folder: string;
  private readonly bounds: Bounds;
  private readonly marks: MarkFolder;
  private grownEntries = 0;
  private grownBytes = 0;
  /** The first write of a process looks whether others have swept. */
  private begun = false;
  private sweeping: Promise<void> | null = null;
  /** Whether it is swept behind the writes. */
  private tending = false;
  /** Why the last sweep behind a write failed, for the next write to tell. */
  private sweepFailure: { readonly error: unknown } | null = null;

  constructor(folder: string, bounds: Bounds) {
    this.folder = folder;
    this.bounds = bounds;
    this.marks = new MarkFolder(join(folder, 'marks'));
  }

  async get(key: string): Promise<StoredEntry | undefined> {
    return this.attempt('read', async () => {
      const bytes = await readUsed(entryPath(this.folder, key));
      const decoded = bytes === undefined ? undefined : decodeEntry(bytes);
      if (decoded === undefined || decoded.key !== key) return undefined;
      return (await this.marks.cover(key, decoded.entry)) ? undefined : decoded.entry;
    });
  }

  async set(key: string, entry: StoredEntry): Promise<void> {
    const bytes = encodeEntry(key, entry);
    if (bytes.length > this.bounds.maxBytes) {
      const sizes = `${bytes.length} bytes, and the whole store ${this.bounds.maxBytes}`;
      throw new AtonceError('E_CACHE_STORE', `The entry has ${sizes}: ${this.folder}`);
    }
    await this.attempt('write', async () => {
      const failure = this.sweepFailure;
      this.sweepFailure = null;
      if (failure !== null) throw failure.error;
      await writeEntry(entryPath(this.folder, key), bytes);
      await this.grow(bytes.length);
    });
  }

  async delete(key: string, at: number): Promise<void> {
    await this.attempt('delete from', async () => {
      await this.marks.add(keyMark(key), at);
      await unlessGone(unlink(entryPath(this.folder, key)));
    });
  }

  async invalidate(tags: readonly string[], at: number): Promise<void> {
    await this.attempt('write', async () => {
      await Promise.all(tags.map((tag) => this.marks.add(tagMark(tag), at)));
    });
  }

  async clear(at: number): Promise<void> {
    await this.attempt('clear', async () => {
      await this.marks.add(EVERYTHING, at);
      await removeEntries(this.folder);
    });
  }

  async sweep(): Promise<void> {
    await this.attempt('tidy up', async () => {
      // One that is under way may have missed what was written last.
      await this.sweeping;
      await this.sweepOnce();
    });
  }

  private async grow(bytes: number): Promise<void> {
    this.grownEntries++;
    this.grownBytes += bytes;
    const first = !this.begun;
    this.begun = true;
    if (!this.hasGrown && !(first && (await this.isSweepDue()))) return;
    if (!this.tending) void this.tend();
  }

  private get hasGrown(): boolean {
    const { maxEntries, maxBytes } = this.bounds;
    return this.grownEntries >= maxEntries * GROWTH || this.grownBytes >= maxBytes * GROWTH;
  }

  /** Sweeps behind the writes, again if so much was written meanwhile: a sweep may miss that. */
  private async tend(): Promise<void> {
    this.tending = true;
    try {
      do await this.sweepOnce();
      while (this.hasGrown);
    } catch (error) {
      this.sweepFailure = { error };
    } finally {
      this.tending = false;
    }
  }

  private sweepOnce(): Promise<void> {
    this.sweeping ??= this.sweepNow().finally(() => {
      this.sweeping = null;
    });
    return this.sweeping;
  }

  private async sweepNow(): Promise<void> {
    this.grownEntries = 0;
    this.grownBytes = 0;
    await sweep(this.folder, this.marks, this.bounds);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await this.noteSweep();
  }

  private async noteSweep(): Promise<void> {
    await writeFile(join(this.folder, 'swept'), '', { mode: 0o600 });
  }

  private async isSweepDue(): Promise<boolean> {
    try {
      return (await stat(join(this.folder, 'swept'))).mtimeMs < Date.now() - RECENT_MS;
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      // A new folder, with nothing to sweep.
      await this.noteSweep();
      return false;
    }
  }

  private async attempt<T>(what: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw systemFailure('E_FILE', `Cannot ${what} the cache in ${this.folder}`, error);
    }
  }
}

/** Reads a file and notes its use; undefined when there is none. */
async function readUsed(path: string): Promise<Buffer | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const { atimeMs, mtime } = await file.stat();
      const now = new Date();
      // Where times cannot be written, order of use is lost, and nothing else.
      if (atimeMs < now.getTime() - USE_MS) await file.utimes(now, mtime).catch(() => undefined);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeEntry(path: string, bytes: Buffer): Promise<void> {
  const manner = { mode: 0o600, durable: false };
  try {
    await writeFileAtomic(path, bytes, manner);
  } catch (error) {
    const { cause } = error as { readonly cause?: unknown };
    if (systemCode(cause) !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFileAtomic(path, bytes, manner);
  }
}
