// `npm run bench [-- name…]`: runs benchmarks, prints their tables, keeps the results of whole runs.
import { parseArgs } from 'node:util';
import { benchmarks, findBenchmark } from './cases/all.ts';
import { renderResult } from './harness/render.ts';
import { resultsFolder, writeResult } from './harness/results-folder.ts';
import { type BenchmarkSettings, runBenchmark } from './harness/run-benchmark.ts';
import { takeSample } from './harness/take-sample.ts';

const usage = `npm run bench [-- NAME... OPTIONS]

  --list            names of the benchmarks
  --rounds N        samples of each contestant, instead of the benchmark's own number
  --only TEXT       only contestants whose name holds TEXT, beside the first one
  --point TEXT      only points whose name holds TEXT
  --max-foreign X   share of the machine others may use before a sample is taken again (0.1)
  --tiny            smallest sizes and one round: shows only that everything works
  --out DIR         where results go; without it only whole runs are kept, in benchmarks/results
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      rounds: { type: 'string' },
      only: { type: 'string' },
      point: { type: 'string' },
      'max-foreign': { type: 'string', default: '0.1' },
      tiny: { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  });
  if (values.help) return print(usage);
  if (values.list)
    return print(benchmarks.map(({ name, title }) => `${name}  ${title}\n`).join(''));
  const { rounds, only, point, tiny, out } = values;
  const settings: BenchmarkSettings = {
    ...(rounds === undefined ? {} : { rounds: whole('--rounds', rounds) }),
    only,
    point,
    tiny,
    maxForeignShare: positive('--max-foreign', values['max-foreign']),
    takeSample,
    say: (line) => process.stderr.write(`${line}\n`),
  };
  const isWhole = only === undefined && point === undefined && !tiny;
  const folder = out ?? (isWhole ? resultsFolder : undefined);
  const chosen = positionals.length === 0 ? benchmarks : positionals.map(findBenchmark);
  mustMatch(
    '--only',
    only,
    chosen.flatMap(({ contestants }) => contestants),
  );
  mustMatch(
    '--point',
    point,
    chosen.flatMap(({ points }) => points),
  );
  let failed = false;
  for (const benchmark of chosen) {
    const result = await runBenchmark(benchmark, settings);
    print(`${renderResult(result)}\n\n`);
    failed ||= result.points.some(({ contestants }) => contestants.some((each) => each.failed));
    if (folder !== undefined) settings.say(`written: ${await writeResult(folder, result)}`);
  }
  return failed ? 1 : 0;
}

function mustMatch(
  option: string,
  text: string | undefined,
  named: readonly { readonly name: string }[],
): void {
  if (text === undefined || named.some(({ name }) => name.includes(text))) return;
  throw new RangeError(
    `${option} ${text} matches none of: ${named.map(({ name }) => name).join('; ')}`,
  );
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new RangeError(`Expected ${option} to be a number above 0, got ${text}`);
  return value;
}

function whole(option: string, text: string): number {
  const value = positive(option, text);
  if (!Number.isInteger(value)) throw new RangeError(`Expected ${option} to be whole, got ${text}`);
  return value;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
