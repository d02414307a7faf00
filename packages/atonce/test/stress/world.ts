import { createCache } from '../../src/engine/cache/create-cache.ts';
import type { Cache } from '../../src/engine/cache/cache.ts';
import type { CacheStore } from '../../src/engine/cache/cache-store.ts';
import { memoryCacheStore } from '../../src/engine/cache/memory-cache-store.ts';
import { createPools, type Pools } from '../../src/engine/pools/create-pools.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { Draw } from './draw.ts';
import type { Sabotage } from './sabotage.ts';
import { WatchedClock } from './watch/clock.ts';
import { Gauge } from './watch/gauge.ts';
import { type SharedLimit, sharedLimits } from './watch/shared-limits.ts';
import { SharedSignals } from './watch/signals.ts';

/** What is computed for a key of a shared cache. */
export interface Computed {
  readonly key: string;
  readonly atMs: number;
}

/** Longest time that the shared caches give a value, milliseconds. */
export const TTL_MS = 30_000;
export const STALE_MS = 10_000;

/** Pools in the order in which tasks may nest in one another, so that they cannot wait in a circle. */
export const POOL_NAMES = ['io', 'api', 'db', 'cpu'] as const;
export type PoolName = (typeof POOL_NAMES)[number];

/** Calls in flight in all shared pools together. */
const TOTAL = 40;

const MOST_FAULTS = 40;

/** What makes a program. */
export interface WorldParts {
  readonly seed: number;
  /** Of the callbacks and the harness; primitives get theirs from their operation. */
  readonly clock: Clock;
  /** Whether time stands still while code runs. */
  readonly isSimulated: boolean;
  readonly sabotage: Sabotage;
}

/** All that the operations of one program share, and the faults they have found. */
export class World {
  readonly draw: Draw;
  readonly clock: Clock;
  readonly isSimulated: boolean;
  readonly sabotage: Sabotage;
  readonly faults: string[] = [];
  readonly signals: SharedSignals;
  readonly limits: readonly SharedLimit[];
  readonly caches: readonly Cache[];
  /** What the callbacks of the shared caches have thrown, which reaches whoever waits. */
  readonly thrownInCaches = new Set<unknown>();
  readonly pools: Pools<PoolName>;
  readonly poolGauges: Readonly<Record<PoolName, Gauge>>;
  /** Of all pools together; what is nested in a task counts as part of it. */
  readonly totalGauge: Gauge = new Gauge('all pools', () => TOTAL);
  /** How often promises were kept and broken. */
  readonly ends: { kept: number; broken: number } = { kept: 0, broken: 0 };
  private readonly watched: WatchedClock;

  constructor({ seed, clock, isSimulated, sabotage }: WorldParts) {
    const draw = new Draw(seededRandom(seed));
    const watched = new WatchedClock(clock);
    this.draw = draw;
    this.clock = clock;
    this.isSimulated = isSimulated;
    this.sabotage = sabotage;
    this.watched = watched;
    this.signals = new SharedSignals(clock, draw);
    this.limits = sharedLimits(draw, watched, sabotage.limit);
    this.caches = [undefined, this.faultyStore()].map((store) =>
      createCache({
        ttlMs: TTL_MS,
        staleWhileErrorMs: STALE_MS,
        negativeTtlMs: draw.pick([0, 500]),
        maxEntries: 30,
        store,
        clock: watched,
        random: draw.random,
      }),
    );
    const sizes = { io: 40, api: 6, db: 1, cpu: this.limitOf('adaptive') };
    this.pools = createPools({ ...sizes, total: TOTAL }, { clock: watched });
    const gauge = (name: PoolName): Gauge =>
      new Gauge(`pool ${name}`, () => this.pools.stats[name].inFlight);
    const gauges = POOL_NAMES.map((name) => [name, gauge(name)]);
    this.poolGauges = Object.fromEntries(gauges) as Record<PoolName, Gauge>;
  }

  fault(text: string): void {
    if (this.faults.length < MOST_FAULTS)
      this.faults.push(`at ${Math.round(this.clock.now())} ms: ${text}`);
  }

  /** Resolves after a while, for callbacks. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.after(ms, resolve));
  }

  /** Everything has ended: what is left of what was shared. */
  async checkLeftovers(): Promise<void> {
    this.signals.close();
    await this.pools.drain();
    for (const name of POOL_NAMES) this.checkPool(name);
    await this.pools.close();
    for (const cache of this.caches) {
      await cache.settled();
      const { inFlight } = cache.stats();
      if (inFlight > 0) this.fault(`cache: ${inFlight} computations are left`);
    }
    for (const { name, limit, gauge } of this.limits) {
      if (limit.inFlight !== 0) this.fault(`${name}: ${limit.inFlight} slots are still taken`);
      if (gauge.running !== 0) this.fault(`${name}: ${gauge.running} tasks are still at work`);
    }
    const { listeners } = this.signals;
    if (listeners > 0) this.fault(`${listeners} listeners are left on shared signals`);
    const { pending } = this.watched;
    if (pending > 0) this.fault(`${pending} timers of limits, pools and caches are left`);
  }

  /** Finds fault with a pool in which calls wait though it and the cap have a slot for them. */
  checkIdlePools(): void {
    const { stats } = this.pools;
    const total = POOL_NAMES.reduce((sum, name) => sum + stats[name].inFlight, 0);
    if (total >= TOTAL) return;
    for (const name of POOL_NAMES) {
      const { queued, inFlight, concurrency } = stats[name];
      const source = name === 'cpu' ? this.limitOf('adaptive') : { inFlight, concurrency };
      if (queued > 0 && source.inFlight < source.concurrency)
        this.fault(`${queued} calls wait for pool ${name}, which has a slot free`);
    }
  }

  private checkPool(name: PoolName): void {
    const { inFlight, queued } = this.pools.stats[name];
    if (inFlight + queued > 0) this.fault(`pool ${name}: ${inFlight} in flight, ${queued} queued`);
  }

  private limitOf(name: string): SharedLimit['limit'] {
    return (this.limits.find((one) => one.name.startsWith(name)) as SharedLimit).limit;
  }

  /** A store in memory that takes its time, fails, and hangs for longer than the cache waits. */
  private faultyStore(): CacheStore {
    const { draw } = this;
    const store = memoryCacheStore({ maxEntries: 100 });
    const gate = async (): Promise<void> => {
      if (draw.chance(0.05)) throw new RangeError('store');
      if (draw.chance(0.6)) await this.sleep(draw.chance(0.05) ? 1_000 : draw.ms(100));
    };
    const behind =
      <A extends unknown[], V>(call: (...args: A) => Promise<V>) =>
      async (...args: A): Promise<V> => {
        await gate();
        return call(...args);
      };
    return {
      get: behind((key) => store.get(key)),
      set: behind((key, entry) => store.set(key, entry)),
      delete: behind((key, at) => store.delete(key, at)),
      invalidate: behind((tags, at) => store.invalidate(tags, at)),
      clear: behind((at) => store.clear(at)),
    };
  }
}
