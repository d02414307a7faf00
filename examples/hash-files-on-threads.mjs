// Hashes files on worker threads. The function stands in a module of its own, which workers can load.
//
//   node hash-files-on-threads.mjs FILE...
import { map } from 'atonce';
import { moduleTask, threads } from 'atonce/threads';

const hashFile = moduleTask(
  new URL('./hash-files-on-threads/hash-file.mjs', import.meta.url),
  'hashFile',
);

const paths = process.argv.slice(2);
const pool = threads({ workers: 2 });
try {
  const hashes = await map(paths, hashFile, { on: pool });
  hashes.forEach((hash, index) => console.log(`${hash}  ${paths[index]}`));
  console.error(hashes.decision?.text);
} finally {
  await pool.close();
}
