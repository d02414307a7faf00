// `npm run bench:render`: makes RESULTS.md from the result files.
import { writeFile } from 'node:fs/promises';
import { benchmarks } from './cases/all.ts';
import { readResults, renderPage, resultsFolder, resultsPage } from './harness/results-folder.ts';

const order = benchmarks.map(({ name }) => name);
const results = (await readResults(resultsFolder)).toSorted(
  (a, b) => order.indexOf(a.name) - order.indexOf(b.name),
);
await writeFile(resultsPage, renderPage(results));
process.stdout.write(`${resultsPage}: ${results.length} results\n`);
