import { readSync } from 'node:fs';
import type { JournalEntry, JournalRecord, JournalSession } from '../../engine/journal.ts';
import { show } from '../../kernel/checks.ts';
import { AtonceError } from '../../kernel/errors.ts';
import { stableKey } from '../../kernel/stable-key.ts';
import { strictJson } from '../../kernel/strict-json.ts';
import type { Begun } from './begin.ts';
import { errorFacts } from './error-facts.ts';
import { encodeDone, encodeFail, isRecord, storedKey } from './format.ts';
import type { StoredRecord } from './format.ts';
import { GroupCommit, type CommitPolicy } from './group-commit.ts';
import { decodeLine } from './line.ts';
import type { OpenFile } from './open-file.ts';
import type { Place } from './recovery.ts';
import type { ValueStore } from './value-store.ts';

/** Larger values go to a file of their own. */
const INLINE_BYTES = 16 * 1024;

/** One run's use of a journal file. */
export interface FileJournalSession extends JournalSession {
  /** Name of the run, the same over all its continuations. */
  readonly runId: string;
  /** How many items were done when the journal was opened. */
  readonly resumed: number;
  /** What was repaired or had to be given up, one sentence each; may grow while the session is open. */
  readonly warnings: readonly string[];
}

type DoneRecord = JournalRecord & { readonly type: 'done' };
type DoneLine = StoredRecord & { readonly type: 'done' };

/** The session of a begun run. In memory is only where each done item's record stands. */
export class FileSession implements FileJournalSession {
  readonly runId: string;
  readonly resumed: number;
  readonly warnings: string[];
  readonly #file: OpenFile;
  readonly #places: Map<string, Place>;
  readonly #values: ValueStore;
  readonly #commits: GroupCommit;
  readonly #writing = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(
    file: OpenFile,
    begun: Begun,
    keep: { readonly values: ValueStore; readonly policy: CommitPolicy },
  ) {
    this.runId = begun.runId;
    this.resumed = begun.places.size;
    this.warnings = begun.warnings;
    this.#file = file;
    this.#places = begun.places;
    this.#values = keep.values;
    this.#commits = new GroupCommit(begun.file, keep.policy);
  }

  keyOf(item: unknown): string {
    return stableKey(item);
  }

  done(key: string): JournalEntry | undefined {
    const stored = storedKey(key);
    const place = this.#places.get(stored);
    if (place === undefined || this.#closed !== undefined) return undefined;
    const entry = this.#entryAt(place, stored);
    if (entry !== undefined) return entry;
    this.#places.delete(stored);
    this.warnings.push(
      `The value kept for ${show(stored)} is missing or damaged; the item counts as not done`,
    );
    return undefined;
  }

  async append(record: JournalRecord): Promise<void> {
    if (this.#closed !== undefined) {
      throw new AtonceError('E_JOURNAL', `The journal ${this.#file.target} is closed`);
    }
    if (record.type === 'fail') {
      return this.#commit(record.key, encodeFail(record, errorFacts(record.error)));
    }
    // Written out at once, so that what the caller changes later does not count.
    const json = record.value === undefined ? undefined : strictJson(record.value, 'value');
    if (json === undefined || Buffer.byteLength(json) <= INLINE_BYTES) {
      return this.#commit(record.key, encodeDone(record, json), true);
    }
    const writing = this.#commitLarge({ ...record }, json);
    this.#writing.add(writing);
    return writing.finally(() => this.#writing.delete(writing));
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#finish());
  }

  async #finish(): Promise<void> {
    await Promise.allSettled(this.#writing);
    await this.#commits.flush();
    await this.#file.close();
  }

  async #commit(key: string, line: Buffer, isDone = false): Promise<void> {
    const offset = await this.#commits.append(line);
    if (isDone) this.#places.set(storedKey(key), { offset, length: line.length - 1 });
    else this.#places.delete(storedKey(key));
  }

  async #commitLarge(record: DoneRecord, json: string): Promise<void> {
    const value = await this.#values.write(json).catch((error: AtonceError) => {
      // A disk that takes no values will not take records either: the run must stop as a whole.
      this.#commits.stop(error);
      throw error;
    });
    return this.#commit(record.key, encodeDone(record, value), true);
  }

  /** The entry of a record; undefined when it cannot be read or is not what was written. */
  #entryAt(place: Place, key: string): JournalEntry | undefined {
    const line = Buffer.alloc(place.length);
    try {
      readSync(this.#file.handle.fd, line, 0, place.length, place.offset);
    } catch {
      return undefined;
    }
    const record = decodeLine(line);
    if (!isRecord(record) || record.type !== 'done' || record.key !== key) return undefined;
    return this.#entry(record);
  }

  #entry(record: DoneLine): JournalEntry | undefined {
    const { attempts, startedAt, durationMs } = record;
    const facts = { attempts, startedAt, durationMs };
    if (record.ref === undefined) {
      return 'value' in record ? { ...facts, value: record.value } : facts;
    }
    const text = this.#values.read(record.ref);
    return text === undefined ? undefined : { ...facts, value: JSON.parse(text) as unknown };
  }
}
