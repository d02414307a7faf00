import type { Writable } from 'node:stream';

/** Writes to a stream of ours, holds writers back while it is full, and notices once when it fails. */
export class OutputWriter {
  readonly #stream: Writable;
  readonly #onBroken: (error: NodeJS.ErrnoException) => void;
  #broken = false;
  #waiting: (() => void)[] = [];

  constructor(stream: Writable, onBroken: (error: NodeJS.ErrnoException) => void) {
    this.#stream = stream;
    this.#onBroken = onBroken;
    stream.on('error', this.#fail);
    stream.on('drain', this.#release);
    stream.on('close', this.#release);
  }

  /** A promise means: wait for it before the next write. After a failure everything is dropped. */
  write(chunk: Uint8Array | string): Promise<void> | undefined {
    if (this.#broken || chunk.length === 0) return undefined;
    try {
      if (this.#stream.write(chunk)) return undefined;
    } catch (error) {
      this.#fail(error as NodeJS.ErrnoException);
    }
    if (this.#broken || !this.#stream.writableNeedDrain) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Drops what is waiting and all that still comes. */
  abandon(): void {
    this.#broken = true;
    this.#release();
  }

  /** Waits until everything is written or has failed. */
  async written(): Promise<void> {
    const { errored, writableLength } = this.#stream;
    if (errored !== null) this.#fail(errored);
    if (this.#broken || writableLength === 0) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.#stream.write('', () => resolve());
    });
    if (this.#stream.errored !== null) this.#fail(this.#stream.errored);
  }

  /** Waits until everything is written or has failed, and lets go of the stream. */
  async close(): Promise<void> {
    await this.written();
    // Errors of what was given up may still come, and must not end the program.
    if (!this.#broken) this.#stream.off('error', this.#fail);
    this.#stream.off('drain', this.#release);
    this.#stream.off('close', this.#release);
  }

  readonly #fail = (error: NodeJS.ErrnoException): void => {
    if (!this.#broken) {
      this.#broken = true;
      this.#onBroken(error);
    }
    this.#release();
  };

  readonly #release = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  };
}
