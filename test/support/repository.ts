import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../..', import.meta.url));

const skipped = new Set(['node_modules', 'dist', 'coverage', 'fixtures', '.git']);

/** One file of the repository: its path with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Every file under the folder whose path passes, without outputs, fixtures and what is installed. */
export function filesUnder(folder: string, wanted: (path: string) => boolean): SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !skipped.has(entry.name))
    .flatMap((entry) => {
      const absolute = join(root, folder, entry.name);
      const path = relative(root, absolute).split(sep).join('/');
      if (entry.isDirectory()) return filesUnder(path, wanted);
      return wanted(path) ? [{ path, text: readFileSync(absolute, 'utf8') }] : [];
    });
}

/** The TypeScript sources of the packages. */
export function packageSources(): SourceFile[] {
  return filesUnder('packages', (path) => /^packages\/[^/]+\/src\/.*\.ts$/.test(path));
}

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
}
