import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  read,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { O_RDWR, O_APPEND, O_CREAT, O_EXCL, O_TRUNC, O_NOFOLLOW, O_DIRECTORY } = constants;

/** Linux's flag for a file without a name; Node does not list it (include/uapi/asm-generic/fcntl.h). */
const O_TMPFILE = 0o20000000 | O_DIRECTORY;

const CHUNK_BYTES = 256 * 1024;

let canBeUnnamed = process.platform === 'linux';

/**
 * What a job writes, kept in a file while it runs, so that a gigabyte of output is no matter of our
 * memory. Temporary ones have no name (or lose it at once), so that nothing is left behind however
 * we end. They are opened for appending: a job that opens `/dev/stderr` anew leaves no gap.
 */
export class SpoolFile {
  readonly #fd: number;
  /** Under which another process of ours can open it. */
  readonly #path: string;
  /** It has a name only until it is closed, where a file cannot be both nameless and shared. */
  readonly #vanishes: boolean;

  private constructor(fd: number, name?: string, vanishes = false) {
    this.#fd = fd;
    this.#path = name ?? `/proc/${process.pid}/fd/${fd}`;
    this.#vanishes = vanishes;
  }

  /** A new file that is gone when it is closed. */
  static temporary(): SpoolFile {
    if (canBeUnnamed) {
      try {
        return new SpoolFile(openSync(tmpdir(), O_RDWR | O_APPEND | O_TMPFILE, 0o600));
      } catch (error) {
        if (isShortage(error)) throw error;
        // This file system has no nameless files.
        canBeUnnamed = false;
      }
    }
    const name = join(tmpdir(), `atonce-${randomBytes(12).toString('hex')}`);
    const fd = openSync(name, O_RDWR | O_APPEND | O_CREAT | O_EXCL, 0o600);
    if (process.platform !== 'linux') return new SpoolFile(fd, name, true);
    unlinkSync(name);
    return new SpoolFile(fd);
  }

  /** A file that stays, emptied first; a symbolic link in its place is not followed. */
  static lasting(file: string): SpoolFile {
    return new SpoolFile(openSync(file, O_RDWR | O_APPEND | O_CREAT | O_TRUNC | O_NOFOLLOW), file);
  }

  /** A file that is there already, for reading. */
  static existing(file: string): SpoolFile {
    return new SpoolFile(openSync(file, constants.O_RDONLY | O_NOFOLLOW), file);
  }

  get sink(): { readonly to: 'file'; readonly fd: number; readonly path: string } {
    return { to: 'file', fd: this.#fd, path: this.#path };
  }

  get bytes(): number {
    return fstatSync(this.#fd).size;
  }

  /** Everything, for a file that is known to be small. */
  readAll(bytes: number): Buffer {
    const buffer = Buffer.allocUnsafe(bytes);
    let done = 0;
    while (done < buffer.length) {
      const got = readSync(this.#fd, buffer, done, buffer.length - done, done);
      if (got === 0) break;
      done += got;
    }
    return buffer.subarray(0, done);
  }

  /** Everything between two places, piece by piece. */
  async *chunks(start = 0, end: number = this.bytes): AsyncGenerator<Buffer> {
    for (let position = start; position < end;) {
      const chunk = await readChunk(this.#fd, Math.min(CHUNK_BYTES, end - position), position);
      if (chunk.length === 0) return;
      position += chunk.length;
      yield chunk;
    }
  }

  /** Appends all of another file, and says where it went. */
  append(other: SpoolFile): { readonly start: number; readonly end: number } {
    const start = this.bytes;
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let position = 0; ;) {
      const got = readSync(other.#fd, buffer, 0, CHUNK_BYTES, position);
      if (got === 0) return { start, end: start + position };
      for (let done = 0; done < got;) done += writeSync(this.#fd, buffer, done, got - done);
      position += got;
    }
  }

  close(): void {
    closeSync(this.#fd);
    if (this.#vanishes) unlinkSync(this.#path);
  }
}

/** Too many files are open, here or on the whole machine: one moment later there may be fewer. */
export function isShortage(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EMFILE' || code === 'ENFILE';
}

function readChunk(fd: number, length: number, position: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  return new Promise((resolve, reject) => {
    read(fd, buffer, 0, length, position, (error, got) => {
      if (error === null) resolve(buffer.subarray(0, got));
      else reject(error);
    });
  });
}
