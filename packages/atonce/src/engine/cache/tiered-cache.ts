import { checkFunction, checkNames, refuse } from '../../kernel/checks.ts';
import type { Cache, Compute, Invalidation } from './cache.ts';
import { type CacheEvent, tellSafely } from './cache-event.ts';
import type { CacheSettings } from './cache-options.ts';
import { CacheCounts, type CacheStats } from './cache-stats.ts';
import {
  checkCompute,
  checkKey,
  checkNamesList,
  checkSet,
  type ComputeOptions,
  type SetOptions,
  type TtlMs,
} from './compute-options.ts';
import { isDueEarly } from './early-refresh.ts';
import { EntryMaker } from './entry-maker.ts';
import { EntryTable } from './entry-table.ts';
import type { Entry } from './entry.ts';
import { Flight, FlightContext } from './flight.ts';
import { type Stamps, stampsBy } from './stamps.ts';
import { StoreCalls } from './store-calls.ts';
import { StoreLink } from './store-link.ts';
import { storedText, type StoredValue } from './stored-value.ts';

/** Invalidations remembered one by one while the store does not confirm them. */
const MOST_MARKS = 10_000;

/** What a flight is to do. */
interface Job<V> {
  readonly compute: Compute<V>;
  readonly ttlMs: TtlMs<V> | undefined;
  /** Made before the old value expired. */
  readonly refresh: boolean;
}

/**
 * Memory first, then the store, then the computation. A flight is entered under its key for as long as
 * its value may be kept; an invalidation takes it out, which is all there is to "do not keep the old
 * value".
 *
 * Members are TypeScript-private rather than `#private`, which V8 of Node 20 optimises worse.
 */
export class TieredCache<V> implements Cache<V> {
  private readonly settings: CacheSettings<V>;
  private readonly maker: EntryMaker<V>;
  private readonly table: EntryTable<V>;
  private readonly flights = new Map<string, Flight<V>>();
  private readonly counts = new CacheCounts();
  private readonly stamps: Stamps;
  private readonly link: StoreLink | null;
  private readonly onAbandoned = (flight: Flight<V>): void => this.abandon(flight);

  constructor(settings: CacheSettings<V>) {
    const { clock, store, storeTimeoutMs, storeRestMs } = settings;
    this.settings = settings;
    this.maker = new EntryMaker(settings);
    this.stamps = stampsBy(clock);
    this.table = new EntryTable<V>(settings, (key, reason) => {
      this.counts.evictions++;
      this.tell({ type: 'evicted', key, reason });
    });
    const patience = { timeoutMs: storeTimeoutMs, restMs: storeRestMs };
    const calls = new StoreCalls(patience, clock, (event) => this.tell(event));
    this.link = store === null ? null : new StoreLink(store, calls, MOST_MARKS);
  }

  getOrCompute<W extends V>(
    key: string,
    compute: Compute<W>,
    options: ComputeOptions<W> = {},
  ): Promise<W> {
    const entry = this.table.find(key);
    if (entry !== undefined && entry.ok) {
      const now = this.settings.clock.now();
      if (now < entry.expiresAt) {
        this.counts.hits++;
        this.table.touch(entry);
        if (now < entry.refreshFrom) return Promise.resolve(entry.value as W);
      }
    }
    // The methods of the class know one type; what stands under a key is what was computed for it.
    return this.slowly(key, compute, options as ComputeOptions<V>) as Promise<W>;
  }

  async get(key: string): Promise<V | undefined> {
    return (await this.lookUp(key))?.value;
  }

  async has(key: string): Promise<boolean> {
    return (await this.lookUp(key)) !== undefined;
  }

  async set<W extends V>(key: string, value: W, options: SetOptions<W> = {}): Promise<void> {
    checkKey(key);
    const tags = checkSet(options);
    if (typeof (value as { then?: unknown } | null | undefined)?.then === 'function')
      throw refuse('value', 'a value rather than a promise of one', value);
    const ttlMs = this.maker.ttlOf(value, (options as SetOptions<V>).ttlMs);
    const text = this.link === null ? '' : storedText(value);
    const [at, startedAt] = [this.stamps.next(), this.stamps.next()];
    const entry = this.maker.fresh({ key, value, tags, startedAt, computeMs: 0, ttlMs });
    this.forget(key);
    if (ttlMs === 0) return this.link?.delete(key, at);
    this.table.put(entry);
    await this.link?.replace(key, this.maker.toStore(entry, text), at);
  }

  async delete(key: string): Promise<void> {
    checkKey(key);
    this.forget(key);
    await this.link?.delete(key, this.stamps.mark());
  }

  async invalidate(what: Invalidation): Promise<void> {
    checkNames('invalidate', what, ['keys', 'tags']);
    const keys = checkNamesList('keys', what.keys ?? []);
    const tags = checkNamesList('tags', what.tags ?? []);
    for (const key of keys) this.forget(key);
    for (const tag of tags) for (const entry of this.table.tagged(tag)) this.forget(entry.key);
    for (const { key, tags: own } of this.flights.values())
      if (own.some((tag) => tags.includes(tag))) this.forget(key);
    const { link } = this;
    if (link === null) return;
    const at = this.stamps.mark();
    const told = keys.map((key) => link.delete(key, at));
    if (tags.length > 0) told.push(link.invalidate(tags, at));
    await Promise.all(told);
  }

  async clear(): Promise<void> {
    this.flights.clear();
    this.table.clear();
    await this.link?.clear(this.stamps.mark());
  }

  stats(): CacheStats {
    const { size: entries, bytes } = this.table;
    return { ...this.counts.taken(), entries, bytes, inFlight: this.flights.size };
  }

  async settled(): Promise<void> {
    const { flights, link } = this;
    while (flights.size > 0 || link?.isWriting === true) {
      await Promise.allSettled([...flights.values()].map(({ promise }) => promise));
      await link?.written();
    }
  }

  // Memory.

  /** Everything but a plain hit. */
  private slowly(key: string, compute: Compute<V>, options: ComputeOptions<V>): Promise<V> {
    try {
      checkKey(key);
      checkFunction('compute', compute);
      const tags = checkCompute(options);
      const { ttlMs } = options;
      const entry = this.table.find(key);
      if (entry !== undefined) {
        const now = this.settings.clock.now();
        if (entry.ok && now < entry.expiresAt) {
          if (this.isDue(entry, now)) this.launch(key, tags, { compute, ttlMs, refresh: true });
          return Promise.resolve(entry.value);
        }
        const remembered = this.remembered(entry, now);
        if (remembered !== null) return remembered;
      }
      this.counts.misses++;
      const { signal } = options;
      if (signal?.aborted === true) return Promise.reject(signal.reason);
      const underWay = this.flights.get(key);
      if (underWay !== undefined) this.counts.joined++;
      const flight = underWay ?? this.launch(key, tags, { compute, ttlMs, refresh: false });
      return flight.wait(signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  private isDue(entry: Entry<V>, now: number): boolean {
    if (now < entry.retryAt || this.flights.has(entry.key)) return false;
    const { random, earlyRefresh } = this.settings;
    return isDueEarly(entry.expiresAt - now, earlyRefresh * entry.computeMs, random());
  }

  /** The answer of an entry that is expired or a failure, while nothing is to be computed anew. */
  private remembered(entry: Entry<V>, now: number): Promise<V> | null {
    if (now >= entry.staleUntil) {
      this.table.remove(entry);
      return null;
    }
    if (now >= entry.retryAt) return null;
    this.table.touch(entry);
    this.counts.misses++;
    if (entry.ok) return Promise.resolve(this.standIn(entry, now));
    this.counts.negativeHits++;
    return Promise.reject(entry.error);
  }

  private standIn(entry: Entry<V>, now: number): V {
    const { key, error, expiresAt, value } = entry;
    this.counts.stale++;
    this.tell({ type: 'stale', key, error, expiredForMs: now - expiresAt });
    return value;
  }

  private async lookUp(key: string): Promise<Entry<V> | undefined> {
    checkKey(key);
    const entry = this.fresh(key);
    if (entry !== undefined) {
      this.counts.hits++;
      this.table.touch(entry);
      return entry;
    }
    this.counts.misses++;
    if (this.link === null) return undefined;
    const found = await this.link.read(key, (stored) => this.adopt(key, stored));
    return found ?? this.fresh(key);
  }

  private fresh(key: string): Entry<V> | undefined {
    const entry = this.table.find(key);
    return entry?.ok === true && this.isFresh(entry) ? entry : undefined;
  }

  private isFresh({ expiresAt }: Entry<V>): boolean {
    return this.settings.clock.now() < expiresAt;
  }

  /** What counts for the key from now on, and nothing that began before. */
  private forget(key: string): void {
    this.flights.delete(key);
    const entry = this.table.find(key);
    if (entry !== undefined) this.table.remove(entry);
  }

  // Store.

  /** Takes into memory what the store gave, and gives it if it is not expired and newer than what is there. */
  private adopt(key: string, stored: StoredValue): Entry<V> | undefined {
    const entry = this.maker.fromStore(key, stored);
    const present = this.table.find(key);
    if (entry === undefined) return undefined;
    if (present?.ok === true && entry.startedAt <= present.startedAt) return undefined;
    this.table.put(entry);
    if (!this.isFresh(entry)) return undefined;
    this.counts.storeHits++;
    return entry;
  }

  // Computing.

  private launch(key: string, tags: readonly string[], job: Job<V>): Flight<V> {
    const flight = new Flight<V>(key, tags, this.onAbandoned);
    if (job.refresh) {
      this.counts.refreshes++;
      flight.waitForNobody();
    }
    this.flights.set(key, flight);
    this.fly(flight, job).catch((error: unknown) => {
      // A part of the caller's (a function for the time or the size, the clock), or a value that JSON would change.
      this.leave(flight);
      flight.fail(error);
    });
    return flight;
  }

  private async fly(flight: Flight<V>, job: Job<V>): Promise<void> {
    const { key } = flight;
    const stored = this.link === null ? undefined : await this.fromStore(flight, job);
    if (flight.abandoned) return;
    if (stored !== undefined) {
      this.leave(flight);
      return flight.succeed(stored.value);
    }
    // Invalidated while the store was asked: nothing is computed yet, so it is as if asked for only now.
    const other = this.flights.get(key) ?? flight;
    if (other !== flight) return flight.succeed(await other.wait(flight.signal));
    this.flights.set(key, flight);
    const startedAt = this.stamps.next();
    const begun = this.settings.clock.now();
    this.counts.computations++;
    let value: V;
    try {
      value = await job.compute(new FlightContext(flight));
    } catch (error) {
      if (!flight.abandoned) this.failed(flight, error, { job, begun, startedAt });
      return;
    }
    if (flight.abandoned) return;
    const computeMs = this.settings.clock.now() - begun;
    const ttlMs = this.maker.ttlOf(value, job.ttlMs);
    const text = this.link === null ? '' : storedText(value);
    const entry = this.maker.fresh({ key, value, tags: flight.tags, startedAt, computeMs, ttlMs });
    if (this.leave(flight) && ttlMs > 0) {
      this.table.put(entry);
      this.link?.write(key, this.maker.toStore(entry, text));
    }
    this.tell({ type: 'computed', key, durationMs: computeMs, refresh: job.refresh });
    flight.succeed(value);
  }

  /** A value that makes the computation needless: from the store, or in memory by now. */
  private async fromStore(flight: Flight<V>, job: Job<V>): Promise<Entry<V> | undefined> {
    const { key } = flight;
    const before = this.table.find(key);
    const found = await this.link?.read(key, (stored) =>
      this.flights.get(key) === flight ? this.adopt(key, stored) : undefined,
    );
    const entry = found ?? this.fresh(key);
    return job.refresh && entry === before ? undefined : entry;
  }

  private failed(
    flight: Flight<V>,
    error: unknown,
    { job, begun, startedAt }: { job: Job<V>; begun: number; startedAt: number },
  ): void {
    const { key } = flight;
    const { clock, negativeTtlMs } = this.settings;
    const now = clock.now();
    this.counts.failures++;
    this.tell({ type: 'failed', key, error, durationMs: now - begun, refresh: job.refresh });
    if (!this.leave(flight)) return flight.fail(error);
    const entry = this.table.find(key);
    if (entry?.ok === true && now < entry.staleUntil) {
      entry.error = error;
      entry.retryAt = now + negativeTtlMs;
      return flight.succeed(now < entry.expiresAt ? entry.value : this.standIn(entry, now));
    }
    if (negativeTtlMs > 0) this.table.put(this.maker.failure(key, error, startedAt));
    flight.fail(error);
  }

  /** Takes a flight out of the list; false when an invalidation has done so, and nothing of it may be kept. */
  private leave(flight: Flight<V>): boolean {
    return this.flights.get(flight.key) === flight && this.flights.delete(flight.key);
  }

  private abandon(flight: Flight<V>): void {
    this.leave(flight);
    this.counts.abandoned++;
    this.tell({ type: 'abandoned', key: flight.key });
  }

  private tell(event: CacheEvent): void {
    if (event.type === 'store-failed') this.counts.storeFailures++;
    tellSafely(this.settings.onEvent, event);
  }
}
