import { AtonceError, isAtonceError } from 'atonce';
import type { JobEnd } from '../runs/report.ts';

/** An error as JSON. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
}

/** Longest text of an error that is passed on. */
const LONGEST_TEXT = 10_000;

/**
 * The line for an item that succeeded. `undefined` has no JSON: a record has no `value` then, a bare
 * value is `null`.
 *
 * @throws AtonceError `E_UNSERIALISABLE` for a value that JSON cannot hold.
 */
export function valueLine(index: number, value: unknown, output: 'records' | 'values'): string {
  const text = value === undefined ? undefined : jsonOf(value);
  if (output === 'values') return `${text ?? 'null'}\n`;
  return `{"index":${index},"ok":true${text === undefined ? '' : `,"value":${text}`}}\n`;
}

/** The line for an item that failed. */
export function errorLine(index: number, error: ErrorRecord): string {
  return `${JSON.stringify({ index, ok: false, error })}\n`;
}

function jsonOf(value: unknown): string {
  try {
    const text = JSON.stringify(value) as string | undefined;
    if (text !== undefined) return text;
  } catch (error) {
    const { message } = error as Error;
    throw new AtonceError('E_UNSERIALISABLE', `The value is no JSON: ${message}`, { cause: error });
  }
  throw new AtonceError('E_UNSERIALISABLE', `The value is no JSON: it is a ${typeof value}`);
}

/** Whatever was thrown, as JSON, without ever throwing itself. */
export function errorRecord(thrown: unknown): ErrorRecord {
  try {
    if (typeof thrown !== 'object' || thrown === null) {
      return { name: 'thrown', message: shortened(String(thrown)) };
    }
    const { name = 'Error', message = '', code } = thrown as Partial<Record<string, unknown>>;
    const record = { name: shortened(String(name), 100), message: shortened(String(message)) };
    return typeof code === 'string' ? { ...record, code: shortened(code, 100) } : record;
  } catch {
    // A proxy, or a getter that throws.
    return { name: 'thrown', message: 'something that cannot be shown' };
  }
}

/** How an item's job ended, for the report. */
export function endOfError(thrown: unknown, timeoutMs: number | null): JobEnd {
  if (isAtonceError(thrown, 'E_TIMEOUT')) return { kind: 'timeout', timeoutMs: timeoutMs ?? 0 };
  if (isAtonceError(thrown, 'E_CANCELLED')) return { kind: 'cancelled' };
  const { name, message } = errorRecord(thrown);
  return { kind: 'error', name, message };
}

function shortened(text: string, longest = LONGEST_TEXT): string {
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}
