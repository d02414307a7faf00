import type { LruNode } from './lru-table.ts';

/** What a cache holds of a key: a value, or for a while the failure to compute one. */
export class Entry<V> implements LruNode {
  readonly key: string;
  readonly ok: boolean;
  readonly value: V;
  readonly tags: readonly string[];
  readonly bytes: number;
  /** Stamp of the beginning of its computation. */
  readonly startedAt: number;
  readonly computeMs: number;
  /** Monotonic milliseconds, like all times below. */
  readonly expiresAt: number;
  /** From then on an early refresh is possible. */
  readonly refreshFrom: number;
  /** Until then it may stand in for a failure. */
  readonly staleUntil: number;
  /** The last failure to compute the key anew, and until when that is not tried again. */
  error: unknown = undefined;
  retryAt: number = -Infinity;
  newer: LruNode | null = null;
  older: LruNode | null = null;

  constructor(facts: EntryFacts<V>) {
    this.key = facts.key;
    this.ok = facts.ok;
    this.value = facts.value;
    this.tags = facts.tags;
    this.bytes = facts.bytes;
    this.startedAt = facts.startedAt;
    this.computeMs = facts.computeMs;
    this.expiresAt = facts.expiresAt;
    this.refreshFrom = facts.refreshFrom;
    this.staleUntil = facts.staleUntil;
  }
}

/** What an entry is made of. */
export type EntryFacts<V> = Omit<Entry<V>, 'error' | 'retryAt' | 'newer' | 'older'>;
