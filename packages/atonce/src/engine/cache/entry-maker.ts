import { refuse } from '../../kernel/checks.ts';
import type { CacheSettings } from './cache-options.ts';
import type { StoredEntry } from './cache-store.ts';
import { checkTtl, type TtlMs } from './compute-options.ts';
import { refreshFrom } from './early-refresh.ts';
import { Entry } from './entry.ts';
import type { StoredValue } from './stored-value.ts';

/** A value with what is known of its making. */
export interface Made<V> {
  readonly key: string;
  readonly value: V;
  readonly tags: readonly string[];
  /** Stamp of the beginning of its computation. */
  readonly startedAt: number;
  readonly computeMs: number;
  /** As it was asked for, without jitter. */
  readonly ttlMs: number;
}

const NO_TAGS: readonly string[] = [];

/** Decides how long values live and how much room they take. */
export class EntryMaker<V> {
  private readonly settings: CacheSettings<V>;

  constructor(settings: CacheSettings<V>) {
    this.settings = settings;
  }

  /** @throws OptionError when a function gives what is no time to live. */
  ttlOf(value: V, ttlMs: TtlMs<V> | undefined): number {
    if (ttlMs === undefined) return this.settings.ttlMs;
    if (typeof ttlMs === 'number') return ttlMs;
    const given: unknown = ttlMs(value);
    checkTtl('the result of ttlMs', given);
    return given;
  }

  /** An entry that lives from now on. */
  fresh(made: Made<V>): Entry<V> {
    const { jitter, random } = this.settings;
    // Shorter only: what was promised to live at most so long does.
    const lifeMs = jitter === 0 ? made.ttlMs : made.ttlMs * (1 - jitter * random());
    return this.living(made, lifeMs);
  }

  /** An entry from a store, perhaps expired but able to stand in; undefined when it is of no use. */
  fromStore(key: string, stored: StoredValue): Entry<V> | undefined {
    const { startedAt, computeMs, expiresAt, tags } = stored;
    const wholeLifeMs = expiresAt - startedAt - computeMs;
    // A wall clock that was set back must not make a life longer than it was meant to be.
    const lifeMs = Math.min(expiresAt - this.settings.clock.epoch(), wholeLifeMs);
    if (lifeMs + this.settings.staleWhileErrorMs <= 0) return undefined;
    return this.living({ key, value: stored.value as V, tags, startedAt, computeMs }, lifeMs);
  }

  /** The memory of a failure. */
  failure(key: string, error: unknown, startedAt: number): Entry<V> {
    const { clock, negativeTtlMs } = this.settings;
    const until = clock.now() + negativeTtlMs;
    const entry = new Entry<V>({
      key,
      ok: false,
      value: undefined as V,
      tags: NO_TAGS,
      bytes: 0,
      startedAt,
      computeMs: 0,
      expiresAt: until,
      refreshFrom: Infinity,
      staleUntil: until,
    });
    entry.error = error;
    entry.retryAt = until;
    return entry;
  }

  /** What a store is to keep of an entry that begins to live now. */
  toStore(entry: Entry<V>, text: string): StoredEntry {
    const { clock } = this.settings;
    const { startedAt, computeMs, tags } = entry;
    const offset = clock.epoch() - clock.now();
    const expiresAt = finite(entry.expiresAt + offset);
    return {
      text,
      startedAt,
      computeMs,
      expiresAt,
      keepUntil: finite(entry.staleUntil + offset),
      tags,
    };
  }

  private living(made: Omit<Made<V>, 'ttlMs'>, lifeMs: number): Entry<V> {
    const { clock, earlyRefresh, staleWhileErrorMs } = this.settings;
    const { key, value, tags, startedAt, computeMs } = made;
    const expiresAt = clock.now() + lifeMs;
    return new Entry<V>({
      key,
      ok: true,
      value,
      tags,
      bytes: this.sizeOf(value, key),
      startedAt,
      computeMs,
      expiresAt,
      refreshFrom: refreshFrom(expiresAt, computeMs, earlyRefresh),
      staleUntil: expiresAt + staleWhileErrorMs,
    });
  }

  private sizeOf(value: V, key: string): number {
    const { sizeOf } = this.settings;
    if (sizeOf === null) return 0;
    const bytes: unknown = sizeOf(value, key);
    if (typeof bytes === 'number' && bytes >= 0 && Number.isFinite(bytes)) return bytes;
    throw refuse('the result of sizeOf', 'a finite number of bytes, not negative', bytes);
  }
}

/** JSON has no infinity. */
function finite(ms: number): number {
  return Math.min(ms, Number.MAX_SAFE_INTEGER);
}
