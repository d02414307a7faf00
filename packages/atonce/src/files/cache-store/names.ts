import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** A name of 64 hex digits for any text: no path can be made of a key, and no key is too long. */
export function hashedName(text: string): string {
  // Not in UTF-8, which has one form for all lone surrogates.
  return createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex');
}

/** Where an entry stands: 256 folders, so that none becomes large. */
export function entryPath(folder: string, key: string): string {
  const name = hashedName(key);
  return join(folder, 'entries', name.slice(0, 2), name.slice(2));
}

/** Whether a folder of entries can have this name. */
export function isShard(name: string): boolean {
  return /^[0-9a-f]{2}$/.test(name);
}

/** Whether an entry can have this name within its folder. */
export function isEntryName(name: string): boolean {
  return /^[0-9a-f]{62}$/.test(name);
}
