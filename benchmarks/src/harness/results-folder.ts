import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderResult } from './render.ts';
import type { BenchmarkResult } from './result.ts';

/** Where whole runs are kept. */
export const resultsFolder: string = fileURLToPath(new URL('../../results/', import.meta.url));
/** The page made of them. */
export const resultsPage: string = fileURLToPath(new URL('../../RESULTS.md', import.meta.url));

export async function writeResult(folder: string, result: BenchmarkResult): Promise<string> {
  const file = join(folder, `${result.name}.json`);
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}

/** Every result there is, by name; none when nothing was recorded yet. */
export async function readResults(folder: string): Promise<BenchmarkResult[]> {
  await mkdir(folder, { recursive: true });
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.map((text) => JSON.parse(text) as BenchmarkResult);
}

/** The whole page, in the order given. */
export function renderPage(results: readonly BenchmarkResult[]): string {
  const head = [
    '# Benchmark results',
    'Made by `npm run bench:render` from the files in `results/`; not written by hand. What the numbers mean, ' +
      'and how to get your own, is in [README.md](README.md).',
  ];
  return `${[...head, ...results.map(renderResult)].join('\n\n')}\n`;
}
