import { createHash } from 'node:crypto';
import type { JournalEntry, JournalRecord } from '../../engine/journal.ts';
import { strictJson } from '../../kernel/strict-json.ts';
import type { ErrorFacts } from './error-facts.ts';
import { encodeLine } from './line.ts';
import type { StoredPlan } from './plan-difference.ts';

/** Tells our files from others. */
export const FORMAT_NAME = 'atonce-journal' as const;
/** Raised by every change that an older reader would misunderstand. */
export const FORMAT_VERSION = 1;
/** Longer keys are replaced by their hash, so that an index of many stays small. */
const LONGEST_KEY = 200;
const HASHED_KEY = 'sha256:';

/** The first line of a journal. */
export interface JournalHeader {
  readonly format: typeof FORMAT_NAME;
  readonly version: number;
  readonly runId: string;
  readonly plan: StoredPlan;
  /** Version of Node that began the run. */
  readonly node: string;
  /** Wall-clock milliseconds since 1970. */
  readonly createdAt: number;
}

/** A value too large for a line: the hash that names its file. */
export interface ValueReference {
  readonly sha256: string;
}

/** A line after the header. */
export type StoredRecord =
  | ({
      readonly type: 'done';
      readonly key: string;
      readonly index: number;
      readonly ref?: ValueReference;
    } & JournalEntry)
  | {
      readonly type: 'fail';
      readonly key: string;
      readonly index: number;
      readonly attempts: number;
      readonly error: ErrorFacts;
    }
  /** From here on the run follows another plan, which its owner has accepted. */
  | { readonly type: 'note'; readonly at: number; readonly plan: StoredPlan };

/** The header of a new run. */
export function encodeHeader(runId: string, plan: StoredPlan, createdAt: number): Buffer {
  const header = {
    format: FORMAT_NAME,
    version: FORMAT_VERSION,
    runId,
    plan,
    node: process.version,
    createdAt,
  };
  return encodeLine(strictJson(header, 'header'));
}

/** Notes that the run goes on under another plan. */
export function encodeNote(plan: StoredPlan, at: number): Buffer {
  return encodeLine(strictJson({ type: 'note', at, plan }, 'note'));
}

/**
 * A finished item. `value` is its JSON or names its file; it comes last, to leave the rest readable
 * at the left edge.
 */
export function encodeDone(
  record: JournalRecord & { readonly type: 'done' },
  value: string | ValueReference | undefined,
): Buffer {
  const { type, index, attempts, startedAt, durationMs } = record;
  const facts = { type, key: storedKey(record.key), index, attempts, startedAt, durationMs };
  const start = strictJson(facts, 'record').slice(0, -1);
  if (value === undefined) return encodeLine(`${start}}`);
  if (typeof value === 'string') return encodeLine(`${start},"value":${value}}`);
  return encodeLine(`${start},"ref":${strictJson(value, 'ref')}}`);
}

/** A failed item. */
export function encodeFail(
  record: JournalRecord & { readonly type: 'fail' },
  error: ErrorFacts,
): Buffer {
  const { type, index, attempts } = record;
  return encodeLine(
    strictJson({ type, key: storedKey(record.key), index, attempts, error }, 'record'),
  );
}

/** The text under which a key is kept. No two keys share one. */
export function storedKey(key: string): string {
  if (key.length <= LONGEST_KEY && !key.startsWith(HASHED_KEY)) return key;
  // In UTF-16, since UTF-8 cannot tell lone surrogates apart.
  return HASHED_KEY + createHash('sha256').update(key, 'utf16le').digest('hex');
}

/** Whether a decoded first line is a header of any version. */
export function isHeader(content: unknown): content is JournalHeader {
  const header = content as Partial<JournalHeader> | null | undefined;
  return (
    typeof header === 'object' &&
    header?.format === FORMAT_NAME &&
    typeof header.version === 'number'
  );
}

/** Whether a decoded line is a record of this version. */
export function isRecord(content: unknown): content is StoredRecord {
  const record = content as Partial<Record<'type' | 'key' | 'plan', unknown>> | null | undefined;
  if (typeof record !== 'object' || record === null) return false;
  if (record.type === 'note') return typeof record.plan === 'object' && record.plan !== null;
  return (record.type === 'done' || record.type === 'fail') && typeof record.key === 'string';
}

/** Whether bytes without an end of line can be the beginning of a header that was cut off. */
export function isHeaderStart(bytes: Buffer): boolean {
  const nul = bytes.indexOf(0);
  // After a power loss a file may have its length but not all of its content.
  const text = bytes.toString('latin1', 0, nul < 0 ? bytes.length : nul);
  if (!/^[0-9a-f]{0,8}$/.test(text.slice(0, 8))) return false;
  const start = ` {"format":"${FORMAT_NAME}","version":`;
  const rest = text.slice(8, 8 + start.length);
  return start.startsWith(rest);
}
