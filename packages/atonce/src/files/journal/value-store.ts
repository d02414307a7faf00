import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../sync-folder.ts';
import { systemCode, systemFailure } from '../system-error.ts';
import { writeFileAtomic } from '../write-file-atomic.ts';
import type { ValueReference } from './format.ts';

/** Values too large for a line of the journal: files named by the hash of their content. */
export class ValueStore {
  readonly #folder: string;
  readonly #durable: boolean;
  #made: Promise<void> | undefined;

  /** `durable` brings each value to the disk before it is acknowledged. */
  constructor(folder: string, durable: boolean) {
    this.#folder = folder;
    this.#durable = durable;
  }

  /** Keeps a text; it is whole and in place when this resolves. */
  async write(text: string): Promise<ValueReference> {
    const sha256 = hashOf(text);
    try {
      await (this.#made ??= this.#make());
      // Also when it is there already: an earlier one may have been damaged since.
      await writeFileAtomic(join(this.#folder, sha256), text, {
        mode: 0o600,
        durable: this.#durable,
      });
    } catch (error) {
      throw systemFailure('E_JOURNAL', `Cannot keep a large value in ${this.#folder}`, error);
    }
    return { sha256 };
  }

  /** The text of a reference; undefined when it is missing or is not what was written. */
  read({ sha256 }: ValueReference): string | undefined {
    if (!/^[0-9a-f]{64}$/.test(sha256)) return undefined;
    try {
      const text = readFileSync(join(this.#folder, sha256), 'utf8');
      return hashOf(text) === sha256 ? text : undefined;
    } catch {
      return undefined;
    }
  }

  /** Removes what a killed process has left half written. For the journal's one writer only. */
  async sweep(): Promise<void> {
    const left = await this.#names();
    const temporary = left.filter((name) => name.endsWith('.tmp'));
    await Promise.all(temporary.map((name) => unlink(join(this.#folder, name)).catch(() => {})));
  }

  async #make(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    if (this.#durable) await syncFolder(dirname(this.#folder));
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.#folder);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw systemFailure('E_JOURNAL', `Cannot read ${this.#folder}`, error);
    }
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
