// Reads what `atonce run --results` has kept: a line for each job with the hash of what it printed.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { map } from 'atonce';

/** One `job: hash` for each job, in the order of the jobs' names. */
export async function resultsIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const jobs = entries
    .filter((entry) => entry.isFile() && entry.name === 'stdout')
    .map((entry) => entry.parentPath)
    .sort();
  return map(
    jobs,
    async (job) => {
      const hash = createHash('sha256').update(await readFile(join(job, 'stdout')));
      return `${relative(folder, job)}: ${hash.digest('hex')}`;
    },
    { concurrency: 32 },
  );
}
