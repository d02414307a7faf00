import type { Benchmark, Contestant, GoalView } from '../../harness/benchmark.ts';

const ATONCE = 'atonce createCache';
const POINT = '1,000 keys';

/** A lookup by the name of its function in lookups.ts. */
type Variant = Exclude<keyof typeof import('./lookups.ts'), 'hits' | 'stampede'>;

const everybody: readonly (readonly [string, Variant, Partial<Contestant>])[] = [
  [ATONCE, 'atonce', {}],
  ['atonce, every option', 'atonceEverything', {}],
  ['Map of promises (floor)', 'mapOfPromises', {}],
  ['lru-cache fetch', 'lruCache', { peer: 'lru-cache' }],
  ['bentocache', 'bentocache', { peer: 'bentocache' }],
  ['cacheable', 'cacheable', { peer: 'cacheable' }],
  ['cache-manager', 'cacheManager', { peer: 'cache-manager' }],
];

export const cacheHit: Benchmark = {
  name: 'cache-hit',
  title: 'getting a value that is in memory',
  about:
    'Sequential gets of 1,000 keys that are all there, each awaited before the next; values of 250 bytes, an hour to ' +
    'live; room for twice as many in atonce, lru-cache and bentocache, unbounded in the others. All by the call that ' +
    'would compute a missing value. The floor is a bare Map of promises: no time to live, errors kept for ever.',
  unit: { kind: 'time', label: 'ns/get', divisor: 1 },
  compare: 'ratio',
  rounds: 5,
  points: [{ name: POINT, items: 1_000_000, tinyItems: 2_000, parameters: {} }],
  contestants: everybody.map(([name, variant, more]) => ({
    name,
    ...more,
    load: async () => {
      const lookups = await import('./lookups.ts');
      return lookups.hits(lookups[variant]);
    },
  })),
  goals: [
    {
      text: 'a hit, nanoseconds',
      atMost: 1_000,
      measure: (view) => view.amount(POINT, ATONCE),
    },
    ...['bentocache', 'cacheable', 'cache-manager'].map((other) => ({
      text: `times faster than ${other}`,
      atLeast: 1,
      measure: (view: GoalView) => view.ratio(POINT, other, ATONCE),
    })),
  ],
};

export const cacheStampede: Benchmark = {
  name: 'cache-stampede',
  title: 'a thousand concurrent gets of one missing key',
  about:
    'One round in a fresh process: a thousand gets of the same missing key at once, the computation takes 5 ms. The time ' +
    'is that of the whole round divided by the gets; `computations` is how often the value was computed.',
  unit: { kind: 'time', label: 'µs/get', divisor: 1_000 },
  compare: 'ratio',
  rounds: 5,
  points: [{ name: '1,000 gets', items: 1_000, tinyItems: 50, parameters: {} }],
  contestants: everybody
    .filter(([, variant]) => variant !== 'atonceEverything')
    .map(([name, variant, more]) => ({
      name,
      ...more,
      load: async () => {
        const lookups = await import('./lookups.ts');
        return lookups.stampede(lookups[variant]);
      },
    })),
  goals: [],
};
