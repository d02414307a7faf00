import { AtonceError, isAtonceError, type ErrorCode } from '../kernel/errors.ts';

/**
 * Wraps an error of the system: what could not be done, then the system's own text, which begins
 * with its code. An error of atonce passes unchanged, except that what failed on a file (`E_FILE`)
 * on the way to something else becomes that which failed.
 */
export function systemFailure(code: ErrorCode, what: string, error: unknown): AtonceError {
  if (isAtonceError(error) && (error.code === code || error.code !== 'E_FILE')) return error;
  const cause = isAtonceError(error) ? (error.cause ?? error) : error;
  const text = cause instanceof Error ? cause.message : String(cause);
  // Abstract sockets and refused paths have NUL in their names, which terminals do not show.
  return new AtonceError(code, `${what}: ${text}`.replaceAll('\0', '\\0'), { cause });
}

/** The system's name of an error, for instance `ENOENT`; undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
