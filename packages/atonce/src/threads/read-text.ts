import { readFileSync } from 'node:fs';

/** A small file of the system; undefined where there is none or it may not be read. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not Linux, or no such control group: nothing is known.
    return undefined;
  }
}
