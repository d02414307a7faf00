// Chooses the input: JavaScript files of the installed node_modules, the same ones on every run.
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { map } from 'atonce';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Compressing takes about a second for each of these megabytes. */
const FUNCTION_BYTES = 18e6;
const SMALLEST = 1024;
const LARGEST = 256 * 1024;
const MOST_COMMANDS = 400;
const LARGEST_FOR_COMMANDS = 4 * 1024 * 1024;

/** Files as `{ path, bytes }`, with paths from the repository's root and forward slashes. */
export async function chooseFiles(limit) {
  const files = await javascriptFiles();
  return {
    forFunctions: mixture(files).slice(0, limit),
    forCommands: largest(files).slice(0, limit),
  };
}

/** Files of ordinary size from all packages, in an order that mixes them, up to a number of bytes. */
function mixture(files) {
  const ordinary = files.filter(({ bytes }) => bytes >= SMALLEST && bytes <= LARGEST);
  const ordered = ordinary
    .map((file) => ({ file, rank: createHash('sha256').update(file.path).digest('hex') }))
    .sort((a, b) => compare(a.rank, b.rank));
  let left = FUNCTION_BYTES;
  return ordered.map(({ file }) => file).filter(({ bytes }) => (left -= bytes) >= 0);
}

function largest(files) {
  return files
    .filter(({ bytes }) => bytes <= LARGEST_FOR_COMMANDS)
    .sort((a, b) => b.bytes - a.bytes || compare(a.path, b.path))
    .slice(0, MOST_COMMANDS);
}

async function javascriptFiles() {
  const entries = await readdir(join(root, 'node_modules'), {
    recursive: true,
    withFileTypes: true,
  });
  const found = entries
    .filter((entry) => entry.isFile() && /\.[cm]?js$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const files = await map(
    found,
    async (file) => {
      const path = relative(root, file).split(sep).join('/');
      return { path, bytes: (await stat(file)).size };
    },
    { concurrency: 32 },
  );
  // A path that a command line cannot hold on one line, or a cache that comes and goes, is no input.
  return files.filter(({ path }) => !/[\n\r]|\/\.[^/]*\//.test(path));
}

function compare(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
