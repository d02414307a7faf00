// Hashes files on worker threads. The function stands in a module of its own, which workers can load.
//
//   node hash-files-on-threads.mjs FILE...
//   node hash-files-on-threads.mjs            the programs that stand here
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { map } from 'atonce';
import { moduleTask, threads } from 'atonce/threads';

const hashFile = moduleTask(
  new URL('./hash-files-on-threads/hash-file.mjs', import.meta.url),
  'hashFile',
);

const named = process.argv.slice(2);
const paths = named.length > 0 ? named : programsIn(import.meta.dirname);
const pool = threads({ workers: 2 });
try {
  const hashes = await map(paths, hashFile, { on: pool });
  hashes.forEach((hash, index) => console.log(`${hash}  ${paths[index]}`));
  console.error(hashes.decision?.text);
} finally {
  await pool.close();
}

function programsIn(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.mjs'));
  return names.map((name) => join(folder, name));
}
