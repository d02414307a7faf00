import { CancelledError } from '../kernel/errors.ts';
import type { Job } from './job.ts';

/** The error of an item that a stopped run gave up. */
export function cancelled<T>(job: Job<T>, reason: unknown): CancelledError {
  const how = job.attempt === 0 ? 'was never started' : 'had not finished';
  return new CancelledError(`item ${job.index} ${how} when the run was stopped`, reason);
}

/** A task that answers an abort by throwing its reason has been cancelled; anything else is its own failure. */
export function asCancelled<T>(job: Job<T>, error: unknown, reason: unknown): unknown {
  return error === reason || isAbortError(error) ? cancelled(job, reason) : error;
}

function isAbortError(error: unknown): boolean {
  try {
    return (error as { name?: unknown } | null | undefined)?.name === 'AbortError';
  } catch {
    // Tasks may throw anything, even what throws when it is looked at.
    return false;
  }
}
