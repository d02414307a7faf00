import { checkFunction, checkInteger, checkNames, nearest, refuse } from '../../kernel/checks.ts';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import { OptionError } from '../../kernel/errors.ts';
import { availableCores } from '../available-cores.ts';
import type { Limit } from '../limits/limit.ts';
import { checkShape } from '../options.ts';
import { Slice } from '../slice.ts';
import { BlockedTasks } from './blocked-tasks.ts';
import { type PoolCallOptions, settleCall } from './call-options.ts';
import type { PoolTask } from './call.ts';
import { Pool } from './pool.ts';
import { TotalCap } from './total-cap.ts';
import { Tracking } from './tracking.ts';

/**
 * How many calls of a pool are in flight at most: an integer from 1, `Infinity`, `'cores'` for the
 * processors this process may use, or a limit, which may adapt.
 */
export type PoolSize = number | 'cores' | Limit;

/** Sizes by name. The four usual pools are there without being named. */
export interface PoolSizes {
  /**
   * Calls in flight over all pools together, an integer from 1. Calls that a task makes in other pools
   * count as part of it.
   *
   * @defaultValue no limit
   */
  readonly total?: number | undefined;
  readonly [name: string]: PoolSize | undefined;
}

/** The pools that are always there: `io` 64, `cpu` one for each core, `api` 32, `db` 8. */
export type UsualPool = 'io' | 'cpu' | 'api' | 'db';

/** What pools take from outside. */
export interface PoolsOptions {
  /**
   * Source of time, for tests.
   *
   * @defaultValue the machine's clock
   */
  readonly clock?: Clock | undefined;
}

/** One pool's numbers at one moment. */
export interface NamedPoolStats {
  /** Slots there are. */
  readonly concurrency: number;
  readonly inFlight: number;
  /** Calls, and runs on the pool's limit, that wait for a slot. */
  readonly queued: number;
  /** Calls that gave a value, so far. */
  readonly succeeded: number;
  /** Calls that failed or took too long, so far. */
  readonly failed: number;
  /** Calls whose signal was aborted, or that still waited when the pools were closed. */
  readonly cancelled: number;
}

/** Named, long-lived capacities with a queue each. */
export interface Pools<Name extends string> extends AsyncDisposable {
  readonly names: readonly Name[];
  /** What every pool is doing now. */
  readonly stats: Readonly<Record<Name, NamedPoolStats>>;
  /**
   * Runs `task` once the pool has a slot for it. Within a pool calls start in the order of their
   * arrival. Tasks may use pools,
   * their own too: while one waits for such a call, its slot serves calls that would otherwise wait for it.
   *
   * @returns what the task gives; rejects with what it throws, with `TimeoutError`, with the signal's
   * reason, or with `E_POOL_CLOSED`.
   * @throws OptionError (as a rejection) for an unknown pool, naming the nearest, or a bad option.
   */
  run<R>(name: Name, task: PoolTask<R>, options?: PoolCallOptions): Promise<R>;
  /** The pool as a limit, for `concurrency` of a run; both share its slots. */
  limit(name: Name): Limit;
  /** Resolves when nothing waits or is in flight in the pool, or in any. */
  drain(name?: Name): Promise<void>;
  /** Rejects what waits, and every later call, with `E_POOL_CLOSED`. Resolves when what is in flight has ended. */
  close(): Promise<void>;
}

const usual: Readonly<Record<UsualPool, PoolSize>> = { io: 64, cpu: 'cores', api: 32, db: 8 };

/**
 * Makes pools of the given sizes, beside the usual four unless they are named.
 *
 * @throws OptionError for a bad size or option.
 */
export function createPools<const Sizes extends PoolSizes = Record<never, never>>(
  sizes?: Sizes,
  options: PoolsOptions = {},
): Pools<UsualPool | Exclude<keyof Sizes & string, 'total'>> {
  checkNames('options', options, ['clock']);
  const { clock = systemClock } = options;
  checkShape('clock', clock, ['now', 'epoch', 'after'], 'a Clock');
  if (sizes !== undefined && (typeof sizes !== 'object' || sizes === null || Array.isArray(sizes)))
    throw refuse('sizes', 'an object of sizes by name', sizes);
  const { total, ...named } = { ...sizes } as PoolSizes;
  if (total !== undefined) checkInteger('total', total, { min: 1 });
  const given = Object.entries(named).filter(([, size]) => size !== undefined);
  const all = new Map(Object.entries({ ...usual, ...Object.fromEntries(given) }));
  return new NamedPools(all as Map<string, PoolSize>, total, clock);
}

class NamedPools<Name extends string> implements Pools<Name> {
  readonly names: readonly Name[];
  private readonly pools = new Map<string, Pool>();

  constructor(sizes: ReadonlyMap<string, PoolSize>, total: number | undefined, clock: Clock) {
    const slice = new Slice(clock);
    const cap = total === undefined ? null : new TotalCap(total, slice);
    const all = (): Iterable<Pool> => this.pools.values();
    const tracking = new Tracking(
      () => [...all()].some((pool) => pool.inFlight > 0),
      () => {
        for (const pool of all()) pool.pump();
      },
    );
    const blocked = new BlockedTasks();
    for (const [name, given] of sizes) {
      const size = sizeOf(name, given);
      this.pools.set(name, new Pool({ name, size, cap, tracking, blocked, slice, clock }));
    }
    this.names = [...sizes.keys()] as Name[];
  }

  get stats(): Readonly<Record<Name, NamedPoolStats>> {
    const entries = [...this.pools].map(([name, pool]) => {
      const { inFlight, queued, endings } = pool;
      const { concurrency } = pool.limit;
      return [name, { concurrency, inFlight, queued, ...endings }];
    });
    return Object.fromEntries(entries) as Record<Name, NamedPoolStats>;
  }

  run<R>(name: Name, task: PoolTask<R>, options?: PoolCallOptions): Promise<R> {
    try {
      const pool = this.pools.get(name) ?? this.pool(name);
      if (typeof task !== 'function') checkFunction('task', task);
      const result =
        options === undefined ? pool.runPlain(task) : pool.run(task, settleCall(options));
      return result as Promise<R>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  limit(name: Name): Limit {
    return this.pool(name).limit;
  }

  async drain(name?: Name): Promise<void> {
    const pools = name === undefined ? [...this.pools.values()] : [this.pool(name)];
    // A call that ends in one pool may have started another elsewhere.
    while (pools.some((pool) => pool.queued + pool.inFlight > 0))
      await Promise.all(pools.map((pool) => pool.idle()));
  }

  async close(): Promise<void> {
    for (const pool of this.pools.values()) pool.close();
    await this.drain();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private pool(name: string): Pool {
    const pool = this.pools.get(name);
    if (pool !== undefined) return pool;
    const known = [...this.pools.keys()];
    const near = nearest(String(name), known);
    const hint = near === undefined ? `known: ${known.join(', ')}` : `did you mean \`${near}\`?`;
    throw new OptionError('name', `There is no pool \`${String(name)}\`; ${hint}`);
  }
}

function sizeOf(name: string, size: PoolSize): number | Limit {
  if (size === 'cores') return availableCores();
  if (typeof size === 'object' && size !== null) {
    const methods = ['tryAcquire', 'release', 'whenFree'] as const;
    if (methods.every((method) => typeof size[method] === 'function')) return size;
  }
  if (typeof size !== 'number')
    throw refuse(name, "an integer from 1 and up, `Infinity`, 'cores' or a Limit", size);
  checkInteger(name, size, { min: 1, orInfinity: true });
  return size;
}
