import { AtonceError, isAtonceError, type ErrorCode } from '../kernel/errors.ts';

/**
 * Wraps an error of the system: what could not be done, then the system's own text, which begins
 * with its code. An error of atonce passes unchanged.
 */
export function systemFailure(code: ErrorCode, what: string, cause: unknown): AtonceError {
  if (isAtonceError(cause)) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  return new AtonceError(code, `${what}: ${text}`, { cause });
}

/** The system's name of an error, for instance `ENOENT`; undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
