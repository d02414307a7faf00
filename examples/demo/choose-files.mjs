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
const ORDINARY = 256 * 1024;
/** Shorter commands would measure the starting of processes. */
const LARGE = 24 * 1024;
const LARGEST = 4 * 1024 * 1024;
const MOST_COMMANDS = 400;

/** Files as `{ path, bytes }`, with paths from the repository's root and forward slashes. */
export async function chooseFiles(limit) {
  const files = mixed(await javascriptFiles());
  return {
    forFunctions: upTo(FUNCTION_BYTES, files.filter(isOrdinary)).slice(0, limit),
    forCommands: files.filter(isLarge).slice(0, Math.min(MOST_COMMANDS, limit)),
  };
}

function isOrdinary({ bytes }) {
  return bytes >= SMALLEST && bytes <= ORDINARY;
}

function isLarge({ bytes }) {
  return bytes >= LARGE && bytes <= LARGEST;
}

/** In an order that is always the same and has nothing to do with packages and sizes. */
function mixed(files) {
  const rank = ({ path }) => createHash('sha256').update(path).digest('hex');
  const ranked = files.map((file) => ({ file, rank: rank(file) }));
  return ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ file }) => file);
}

function upTo(most, files) {
  let sum = 0;
  return files.filter(({ bytes }) => (sum += bytes) <= most);
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
