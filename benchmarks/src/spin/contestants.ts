import type { Contestant } from '../harness/benchmark.ts';

type PeerPool = keyof typeof import('./peer-pools.ts');

/** A plain loop on the calling thread. */
export const loop: Contestant = {
  name: 'sequential loop',
  load: async () => {
    const { sequential, warm } = await import('./mappers.ts');
    return warm(sequential);
  },
};

/** The same, its code as cold as that of a new pool. */
export const coldLoop: Contestant = {
  ...loop,
  load: async () => {
    const { cold, sequential } = await import('./mappers.ts');
    return cold(async () => sequential);
  },
};

/** `map` on the calling thread. */
export const mapOnLoop: Contestant = {
  name: 'atonce map, no threads',
  load: async () => {
    const { onLoop, warm } = await import('./mappers.ts');
    return warm(onLoop);
  },
};

/** `map` on warm threads. */
export function mapOnThreads(name: string, inline: 'auto' | false): Contestant {
  return {
    name,
    load: async () => {
      const { atonceMap, warm } = await import('./mappers.ts');
      return warm(atonceMap(inline));
    },
  };
}

/** `map` on a pool that is made in the measured run; `closing` it belongs to it as well. */
export function mapOnColdThreads(name: string, closing: boolean): Contestant {
  return {
    name,
    load: async () => {
      const { atonceMap, cold } = await import('./mappers.ts');
      return cold(async () => atonceMap('auto', false), closing);
    },
  };
}

/** Single calls of `pool.run` on warm threads, 1,024 in flight. */
export const runOnThreads: Contestant = {
  name: 'atonce pool.run',
  load: async () => {
    const { atonceRun, warm } = await import('./mappers.ts');
    return warm(atonceRun);
  },
};

/** Names, packages and starters of the other pools. */
const pools: readonly (readonly [name: string, peer: string, start: PeerPool])[] = [
  ['piscina', 'piscina', 'piscina'],
  ['piscina, 16 tasks a worker', 'piscina', 'piscinaTuned'],
  ['tinypool', 'tinypool', 'tinypool'],
  ['workerpool', 'workerpool', 'workerpool'],
  ['poolifier', 'poolifier', 'poolifier'],
];

/** One message a task: more items would only take longer. */
const MOST_ITEMS = 30_000;

/** The other pools, one call an item, 1,024 in flight, their workers warm. */
export function warmPools(): Contestant[] {
  return pools.map(([name, peer, start]) => ({
    name,
    peer,
    maxItems: MOST_ITEMS,
    load: async () => {
      const [{ warm }, peerPools] = await importAll();
      return warm(await peerPools[start]());
    },
  }));
}

/** The other pools, started inside the measured run. */
export function coldPools(): Contestant[] {
  return pools.map(([name, peer, start]) => ({
    name,
    peer,
    load: async () => {
      const [{ cold }, peerPools] = await importAll();
      return cold(peerPools[start]);
    },
  }));
}

function importAll(): Promise<[typeof import('./mappers.ts'), typeof import('./peer-pools.ts')]> {
  return Promise.all([import('./mappers.ts'), import('./peer-pools.ts')]);
}
