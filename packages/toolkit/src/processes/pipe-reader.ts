import type { Readable } from 'node:stream';

/** How long a pipe that somebody else holds open must be silent, after the process ended, before we let go. */
const SILENCE_MS = 50;

/** More than this can no longer come from the process that ended: no pipe holds so much. */
const MOST_PENDING_BYTES = 1024 * 1024;

/**
 * Hands what comes out of a pipe to a reader, one chunk at a time. A process that ended may have left
 * others behind that hold the pipe open, so its end is not waited for: only what was in the pipe is read.
 */
export class PipeReader {
  readonly #pipe: Readable;
  readonly #read: (chunk: Uint8Array) => void | Promise<void>;
  readonly #ended: Promise<void>;
  #end: () => void = () => undefined;
  #busy = false;
  #atEnd = false;
  #finishing = false;
  #bytesAfterExit = 0;
  #silence: NodeJS.Timeout | undefined;

  constructor(pipe: Readable, read: (chunk: Uint8Array) => void | Promise<void>) {
    this.#pipe = pipe;
    this.#read = read;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    // Not `data` with pause and resume: Node resumes a child's pipes itself when the child ends.
    pipe.on('readable', () => this.#pump());
    pipe.on('end', () => {
      this.#atEnd = true;
      if (!this.#busy) this.#close();
    });
    pipe.on('error', () => this.#close());
  }

  /** The process ended: resolves when what it had written is read. */
  finish(): Promise<void> {
    this.#finishing = true;
    this.#listenForSilence();
    return this.#ended;
  }

  /** Reads no more. */
  discard(): void {
    this.#close();
  }

  #pump(): void {
    while (!this.#busy) {
      const chunk = this.#pipe.read() as Uint8Array | null;
      if (chunk === null) break;
      if (this.#finishing) this.#bytesAfterExit += chunk.length;
      const result = this.#read(chunk);
      if (result !== undefined) this.#waitFor(result);
    }
    this.#listenForSilence();
  }

  #waitFor(result: Promise<void>): void {
    this.#busy = true;
    // A reader that fails has said so elsewhere; the rest of this pipe has nowhere to go.
    result.then(
      () => {
        this.#busy = false;
        if (this.#atEnd) this.#close();
        else this.#pump();
      },
      () => this.#close(),
    );
  }

  #listenForSilence(): void {
    if (!this.#finishing) return;
    clearTimeout(this.#silence);
    if (this.#busy) return;
    if (this.#bytesAfterExit > MOST_PENDING_BYTES) return this.#close();
    this.#silence = setTimeout(() => this.#close(), SILENCE_MS);
  }

  #close(): void {
    clearTimeout(this.#silence);
    this.#pipe.destroy();
    this.#end();
  }
}
