/**
 * Stable identifiers of everything atonce can refuse or report. They never change meaning; match on
 * these rather than on messages.
 */
export type ErrorCode =
  | 'E_OPTION'
  | 'E_TIMEOUT'
  | 'E_CANCELLED'
  | 'E_SOURCE'
  | 'E_JOURNAL'
  | 'E_JOURNAL_CORRUPT'
  | 'E_JOURNAL_CHANGED'
  | 'E_JOURNAL_FORMAT'
  | 'E_LOCKED'
  | 'E_UNSERIALISABLE'
  | 'E_WORKER_DIED'
  | 'E_WORKER_START'
  | 'E_TASK_LOAD'
  | 'E_POOL_CLOSED'
  | 'E_FILE'
  | 'E_STAGE'
  | 'E_CACHE_STORE'
  | 'E_CONFIG'
  | 'E_PLAN'
  | 'E_GRAPH'
  | 'E_SKIPPED'
  | 'E_RUNNING';

/** The same symbol in every copy of the package, which `instanceof` is not. */
const brand = Symbol.for('atonce.error');

/** Fields an error may carry beside its message. */
export interface ErrorDetails {
  readonly cause?: unknown;
}

/**
 * Base of every error atonce raises on its own account. Errors thrown by your tasks are passed on
 * untouched and are not instances of this class.
 */
export class AtonceError extends Error {
  /** Stable identifier, for instance `E_TIMEOUT`. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'AtonceError';
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Tells an error of atonce, also one made by another copy of the package in the same process. */
export function isAtonceError(error: unknown, code?: ErrorCode): error is AtonceError {
  if (typeof error !== 'object' || error === null) return false;
  try {
    return brand in error && (code === undefined || ('code' in error && error.code === code));
  } catch {
    // A proxy may throw when it is looked at, and anything may have been thrown.
    return false;
  }
}

/** An option or argument was refused: names it, what was expected and what came. */
export class OptionError extends AtonceError {
  /** The refused option's name as the caller wrote it. */
  readonly option: string;

  constructor(option: string, message: string) {
    super('E_OPTION', message);
    this.name = 'OptionError';
    this.option = option;
  }
}

/** One attempt of a task took longer than `timeoutMs`. */
export class TimeoutError extends AtonceError {
  readonly timeoutMs: number;

  constructor(timeoutMs: number, what = 'task') {
    super('E_TIMEOUT', `${what} did not settle within ${timeoutMs} ms`);
    this.name = 'TimeoutError';
    this.timeoutMs = timeoutMs;
  }
}

/** The item was not run, or not run to its end, because the run was stopped. `cause` is the reason. */
export class CancelledError extends AtonceError {
  constructor(message: string, reason: unknown) {
    super('E_CANCELLED', message, { cause: reason });
    this.name = 'CancelledError';
  }
}

/**
 * The items could not be read to their end. `cause` is what the source threw; what was settled
 * before is not lost.
 */
export class SourceError<S> extends AtonceError {
  /** Outcomes (of `runParallel`) or values (of `batchMap`) of the items taken before, in input order. */
  readonly settled: readonly S[];

  constructor(cause: unknown, settled: readonly S[]) {
    super('E_SOURCE', `the source of items failed after ${settled.length} settled items`, {
      cause,
    });
    this.name = 'SourceError';
    this.settled = settled;
  }
}
