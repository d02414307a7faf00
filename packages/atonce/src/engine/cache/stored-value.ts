import { show } from '../../kernel/checks.ts';
import { AtonceError } from '../../kernel/errors.ts';
import { strictJson } from '../../kernel/strict-json.ts';
import type { StoredEntry } from './cache-store.ts';

/**
 * Writes a value for a store.
 *
 * @throws AtonceError `E_UNSERIALISABLE` naming the place of what JSON would change.
 */
export function storedText(value: unknown): string {
  return strictJson(value, 'value');
}

/** An entry of a store with its value read. */
export interface StoredValue extends StoredEntry {
  readonly value: unknown;
}

/**
 * Reads what a store gave. Whoever can write to the store decides what stands there, so nothing
 * passes that could not have been written here.
 *
 * @throws AtonceError `E_CACHE_STORE` when it is not the entry of a cache.
 */
export function readStored(key: string, given: unknown): StoredValue {
  try {
    if (isEntry(given)) return { ...given, value: valueOf(given.text) };
  } catch (cause) {
    throw new AtonceError('E_CACHE_STORE', unusable(key), { cause });
  }
  throw new AtonceError('E_CACHE_STORE', unusable(key));
}

function unusable(key: string): string {
  return `The store gave something for ${show(key)} that no cache has written`;
}

function valueOf(text: string): unknown {
  const value = JSON.parse(text) as unknown;
  // Spelt out or in escapes, a field that JSON gives and nobody may write.
  if (text.includes('__proto__') || text.includes('\\u')) strictJson(value, 'value');
  return value;
}

function isEntry(given: unknown): given is StoredEntry {
  const entry = given as Partial<Record<keyof StoredEntry, unknown>> | null;
  return (
    typeof entry === 'object' &&
    entry !== null &&
    typeof entry.text === 'string' &&
    [entry.startedAt, entry.computeMs, entry.expiresAt, entry.keepUntil].every(Number.isFinite) &&
    Array.isArray(entry.tags) &&
    entry.tags.every((tag) => typeof tag === 'string')
  );
}
