import type { Benchmark, Contestant } from '../../harness/benchmark.ts';

const POINT = 'one import';
const MAP = "import { map } from 'atonce'";

export const size: Benchmark = {
  name: 'size',
  title: 'what one import adds to a bundle',
  about:
    'Bundled for the browser and minified by esbuild, then compressed by gzip -9. The bundle is loaded afterwards ' +
    'to see that it works. The libraries do not do the same: p-limit only limits, `map` of atonce brings retry, ' +
    'timeouts, rate limit, progress, journal and workers’ interface.',
  unit: { kind: 'bytes', label: 'kB, minified and gzipped', divisor: 1_000 },
  compare: 'ratio',
  rounds: 1,
  points: [{ name: POINT, items: 1, tinyItems: 1, parameters: {} }],
  contestants: [
    bundle(MAP, `export { map as default } from 'atonce';`),
    bundle(
      "import { map, runParallel, batchMap, stream } from 'atonce'",
      `import { batchMap, map, runParallel, stream } from 'atonce';
       export default Object.assign(map, { batchMap, runParallel, stream });`,
    ),
    bundle("import pMap from 'p-map'", `export { default } from 'p-map';`, 'p-map'),
    bundle("import pLimit from 'p-limit'", `export { default } from 'p-limit';`, 'p-limit'),
    bundle("import PQueue from 'p-queue'", `export { default } from 'p-queue';`, 'p-queue'),
    bundle(
      "import mapLimit from 'async/mapLimit'",
      `export { default } from 'async/mapLimit.js';`,
      'async',
    ),
  ],
  goals: [{ text: `${MAP}, kB`, atMost: 6, measure: (view) => view.amount(POINT, MAP) }],
};

function bundle(name: string, source: string, peer?: string): Contestant {
  return {
    name,
    ...(peer === undefined ? {} : { peer }),
    tool: 'esbuild',
    load: async () => (await import('./bundle.ts')).bundled(source),
  };
}
