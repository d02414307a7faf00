import { isAtonceError } from '../../kernel/errors.ts';
import type { SlotResult } from './limit.ts';

/** HTTP's ways to say that there were too many requests, or that the server is overloaded. */
const OVERLOAD_STATUS: readonly unknown[] = [429, 503];

/** What a failure says to a limit that adapts: too much at once, or nothing. */
export function resultOfError(error: unknown): SlotResult {
  if (isAtonceError(error, 'E_TIMEOUT')) return 'overload';
  if (typeof error !== 'object' || error === null) return 'ignore';
  try {
    const { status, statusCode } = error as { status?: unknown; statusCode?: unknown };
    return OVERLOAD_STATUS.includes(status) || OVERLOAD_STATUS.includes(statusCode)
      ? 'overload'
      : 'ignore';
  } catch {
    // Anything may have been thrown, even what throws when it is looked at.
    return 'ignore';
  }
}
