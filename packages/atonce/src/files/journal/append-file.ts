import type { FileHandle } from 'node:fs/promises';
import { AtonceError } from '../../kernel/errors.ts';
import { systemFailure } from '../system-error.ts';

/** The end of a journal file: appends whole buffers, or leaves the file as it was. */
export class AppendFile {
  readonly #handle: FileHandle;
  readonly #path: string;
  #bytes: number;

  constructor(handle: FileHandle, path: string, bytes: number) {
    this.#handle = handle;
    this.#path = path;
    this.#bytes = bytes;
  }

  /**
   * Appends and resolves to where `data` begins.
   *
   * @throws AtonceError `E_JOURNAL`; the file has then been cut back to its last good byte.
   */
  async append(data: Buffer): Promise<number> {
    const start = this.#bytes;
    try {
      await this.#write(data, start);
      await this.#checkAlone(start + data.length);
    } catch (error) {
      throw systemFailure('E_JOURNAL', `Cannot write the journal ${this.#path}`, error);
    }
    this.#bytes = start + data.length;
    return start;
  }

  /**
   * Waits until everything has reached the disk.
   *
   * @throws AtonceError `E_JOURNAL`, once and for all: after a failed sync the system takes the lost
   * pages for written, so a second attempt would succeed falsely.
   */
  async sync(): Promise<void> {
    try {
      await this.#handle.datasync();
    } catch (error) {
      throw systemFailure('E_JOURNAL', `Cannot bring the journal ${this.#path} to the disk`, error);
    }
  }

  async #write(data: Buffer, start: number): Promise<void> {
    let done = 0;
    try {
      // A full disk is announced by a short count first and by an error only on the next write.
      while (done < data.length) {
        const left = data.length - done;
        const { bytesWritten } = await this.#handle.write(data, done, left, start + done);
        if (bytesWritten === 0) {
          throw new AtonceError('E_JOURNAL', `The system takes no more for ${this.#path}`);
        }
        done += bytesWritten;
      }
    } catch (error) {
      await this.#cutBack(done);
      throw error;
    }
  }

  /** Removes a part that was written before an error. What is left after a failure here, recovery removes. */
  async #cutBack(written: number): Promise<void> {
    const now = await this.#handle.stat().catch(() => undefined);
    if (now?.size !== this.#bytes + written) return;
    await this.#handle.truncate(this.#bytes).catch(() => {});
  }

  /** The lock does not reach other machines, and nothing hinders `rm`: what is acknowledged must be there. */
  async #checkAlone(expected: number): Promise<void> {
    const { size, nlink } = await this.#handle.stat();
    if (nlink === 0) {
      throw new AtonceError('E_JOURNAL', `The journal ${this.#path} was deleted while in use`);
    }
    if (size === expected) return;
    const sizes = `it has ${size} bytes instead of ${expected}`;
    throw new AtonceError(
      'E_JOURNAL',
      `The journal ${this.#path} was changed by somebody else: ${sizes}`,
    );
  }
}
