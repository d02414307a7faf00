import { AtonceError } from '../kernel/errors.ts';

/**
 * Keeps a task that is executed on the calling thread from ending the whole process: while armed,
 * `process.exit` throws instead, and the call that did it is told.
 */
export class ExitTrap {
  #native: typeof process.exit | undefined;
  readonly #trap: typeof process.exit = (code) => {
    this.caught = new AtonceError('E_WORKER_DIED', `The task called process.exit(${code ?? ''})`);
    throw this.caught;
  };
  /** What a call of `process.exit` has become that nobody has taken yet, even if the task swallowed it. */
  caught: AtonceError | undefined;

  arm(): void {
    this.#native = process.exit;
    process.exit = this.#trap;
  }

  disarm(): void {
    if (this.#native !== undefined) process.exit = this.#native;
    this.#native = undefined;
  }

  /** The error of a call to `process.exit` since the last time this was asked. */
  take(): AtonceError | undefined {
    const caught = this.caught;
    if (caught !== undefined) this.caught = undefined;
    return caught;
  }
}
