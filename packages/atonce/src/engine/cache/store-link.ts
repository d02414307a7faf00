import type { CacheStore, StoredEntry } from './cache-store.ts';
import { EVERYTHING, keyMark, markNames, Marks, tagMark } from './marks.ts';
import { readStored, type StoredValue } from './stored-value.ts';
import type { Answer, StoreCalls } from './store-calls.ts';

/**
 * A cache's way to its store. An invalidation counts here from the moment it is asked for, whatever the
 * store does: a read that is under way, a delete that has not arrived or never will, a write that
 * is overtaken do not bring back what was invalidated.
 */
export class StoreLink {
  private readonly store: CacheStore;
  private readonly calls: StoreCalls;
  /** Invalidations that the store has not confirmed, so that what it gives is checked here. */
  private readonly unconfirmed: Marks;
  /** Of each read under way, the invalidations confirmed since it began: it may have read before. */
  private readonly reads = new Set<Marks>();
  private readonly mostMarks: number;
  private readonly writes = new Set<Promise<unknown>>();
  /** The last change of each key that the store has not finished; the next one waits for it. */
  private readonly changing = new Map<string, Promise<unknown>>();

  /** @param most - Invalidations remembered one by one while the store does not answer. */
  constructor(store: CacheStore, calls: StoreCalls, most: number) {
    this.store = store;
    this.calls = calls;
    this.unconfirmed = new Marks(most);
    this.mostMarks = most;
  }

  /**
   * Hands what the store holds to `use`, at once after looking whether it was invalidated, so that
   * nothing can come between. Gives undefined when there is nothing or the store cannot be asked.
   */
  async read<T>(key: string, use: (stored: StoredValue) => T): Promise<T | undefined> {
    const since = new Marks(this.mostMarks);
    this.reads.add(since);
    try {
      const stored = await this.fetch(key);
      if (stored === undefined) return undefined;
      const { startedAt, tags } = stored;
      const isInvalidated = markNames(key, tags).some(
        (name) => this.unconfirmed.covers(name, startedAt) || since.covers(name, startedAt),
      );
      return isInvalidated ? undefined : use(stored);
    } finally {
      this.reads.delete(since);
    }
  }

  /** Whether computed values are on their way to the store. */
  get isWriting(): boolean {
    return this.writes.size > 0;
  }

  /** Resolves when they have arrived or failed. */
  async written(): Promise<void> {
    await Promise.all(this.writes);
  }

  /** Keeps a computed value; nobody waits for that. */
  write(key: string, entry: StoredEntry): void {
    const writing = this.change('set', key, () => this.store.set(key, entry));
    this.writes.add(writing);
    void writing.then(() => this.writes.delete(writing));
  }

  /** Keeps a value in the place of every one that began at or before `at`. */
  async replace(key: string, entry: StoredEntry, at: number): Promise<void> {
    await this.invalidating([keyMark(key)], at, () =>
      this.change('set', key, async () => {
        // Or a computation that is under way in another process would replace it at its end.
        await this.store.delete(key, at);
        await this.store.set(key, entry);
      }),
    );
  }

  async delete(key: string, at: number): Promise<void> {
    await this.invalidating([keyMark(key)], at, () =>
      this.change('delete', key, () => this.store.delete(key, at)),
    );
  }

  async invalidate(tags: readonly string[], at: number): Promise<void> {
    await this.invalidating(tags.map(tagMark), at, () =>
      this.calls.ask({ operation: 'invalidate', key: undefined }, async () =>
        this.store.invalidate(tags, at),
      ),
    );
  }

  async clear(at: number): Promise<void> {
    await this.invalidating([EVERYTHING], at, () =>
      this.calls.ask({ operation: 'clear', key: undefined }, async () => this.store.clear(at)),
    );
  }

  private async fetch(key: string): Promise<StoredValue | undefined> {
    const question = { operation: 'get', key } as const;
    const answer = await this.calls.ask(question, async () => this.store.get(key));
    if (!answer.ok || answer.value === undefined) return undefined;
    try {
      return readStored(key, answer.value);
    } catch (error) {
      this.calls.unusable(question, error);
      return undefined;
    }
  }

  private async invalidating(
    names: readonly string[],
    at: number,
    ask: () => Promise<Answer<void>>,
  ): Promise<void> {
    for (const name of names) this.unconfirmed.add(name, at);
    const { ok } = await ask();
    if (!ok) return;
    for (const name of names) {
      this.unconfirmed.remove(name, at);
      for (const since of this.reads) since.add(name, at);
    }
  }

  /** Changes of one key reach the store in their order, also when one of them hangs. */
  private change(
    operation: 'set' | 'delete',
    key: string,
    run: () => Promise<void>,
  ): Promise<Answer<void>> {
    return this.calls.ask({ operation, key }, () => {
      const before = this.changing.get(key);
      const changed = before === undefined ? invoke(run) : before.then(run, run);
      this.changing.set(key, changed);
      const done = (): void => {
        if (this.changing.get(key) === changed) this.changing.delete(key);
      };
      changed.then(done, done);
      return changed;
    });
  }
}

/** Turns what a store throws at once into a rejection. */
async function invoke(run: () => Promise<void>): Promise<void> {
  await run();
}
