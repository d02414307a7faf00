/** Exact times of the cache under test, milliseconds. */
export const TTL_MS = 100;
export const STALE_MS = 40;
export const NEGATIVE_MS = 15;
export const MAX_ENTRIES = 3;

/** What a call has ended with, or is to end with. */
export type End =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown };

/** One call of `getOrCompute`. */
export interface ModelCall {
  end: End | undefined;
  readonly flight: ModelFlight | undefined;
}

/** One computation. */
export interface ModelFlight {
  readonly key: string;
  readonly number: number;
  readonly tags: readonly string[];
  readonly waiting: Set<ModelCall>;
  pinned: boolean;
  abandoned: boolean;
}

interface ModelEntry {
  readonly key: string;
  readonly end: End;
  readonly tags: readonly string[];
  readonly expiresAt: number;
  readonly staleUntil: number;
  retryAt: number;
  error: unknown;
}

/** The cache said as simply as possible: lists, searched from the front. */
export class CacheModel {
  now = 0;
  computations = 0;
  sets = 0;
  readonly calls: ModelCall[] = [];
  /** Computations that have not ended, kept or not. */
  readonly running: ModelFlight[] = [];
  /** Those whose value is to be kept. */
  readonly current = new Map<string, ModelFlight>();
  /** Last used first. */
  entries: ModelEntry[] = [];

  get(key: string, tags: readonly string[], mayLeave: boolean): void {
    const entry = this.entries.find((each) => each.key === key);
    if (entry !== undefined) {
      if (entry.end.ok && this.now < entry.expiresAt) return this.answer(entry, entry.end);
      if (this.now >= entry.staleUntil) this.drop(key);
      else if (this.now < entry.retryAt) return this.answer(entry, entry.end);
    }
    const flight = this.current.get(key) ?? this.launch(key, tags);
    const call: ModelCall = { end: undefined, flight };
    flight.waiting.add(call);
    flight.pinned ||= !mayLeave;
    this.calls.push(call);
  }

  leave(call: ModelCall): void {
    const { flight } = call;
    if (call.end !== undefined || flight === undefined) return;
    call.end = { ok: false, error: 'left' };
    flight.waiting.delete(call);
    if (flight.waiting.size > 0 || flight.pinned) return;
    flight.abandoned = true;
    if (this.current.get(flight.key) === flight) this.current.delete(flight.key);
  }

  end(flight: ModelFlight, end: End): void {
    this.running.splice(this.running.indexOf(flight), 1);
    if (flight.abandoned) return;
    const isCurrent = this.current.get(flight.key) === flight;
    if (isCurrent) this.current.delete(flight.key);
    const answer = isCurrent ? this.keep(flight, end) : end;
    for (const call of flight.waiting) call.end = answer;
  }

  set(key: string, tags: readonly string[]): string {
    const value = `set ${this.sets++}`;
    this.forget(key);
    this.put({
      key,
      end: { ok: true, value },
      tags,
      ...this.life(),
      retryAt: -1,
      error: undefined,
    });
    return value;
  }

  forget(key: string): void {
    this.current.delete(key);
    this.drop(key);
  }

  invalidate(tag: string): void {
    for (const entry of this.entries.filter(({ tags }) => tags.includes(tag)))
      this.forget(entry.key);
    for (const flight of this.current.values())
      if (flight.tags.includes(tag)) this.forget(flight.key);
  }

  clear(): void {
    this.current.clear();
    this.entries = [];
  }

  /** The value that `get` should give. */
  fresh(key: string): unknown {
    const entry = this.entries.find((each) => each.key === key);
    if (entry === undefined || !entry.end.ok || this.now >= entry.expiresAt) return undefined;
    this.use(entry);
    return entry.end.value;
  }

  private keep(flight: ModelFlight, end: End): End {
    const { key, tags } = flight;
    if (end.ok) {
      this.put({ key, end, tags, ...this.life(), retryAt: -1, error: undefined });
      return end;
    }
    const old = this.entries.find((entry) => entry.key === key);
    if (old?.end.ok === true && this.now < old.staleUntil) {
      old.retryAt = this.now + NEGATIVE_MS;
      return old.end;
    }
    const until = this.now + NEGATIVE_MS;
    this.put({
      key,
      end,
      tags: [],
      expiresAt: until,
      staleUntil: until,
      retryAt: until,
      error: end.error,
    });
    return end;
  }

  private launch(key: string, tags: readonly string[]): ModelFlight {
    const number = this.computations++;
    const flight = {
      key,
      number,
      tags,
      waiting: new Set<ModelCall>(),
      pinned: false,
      abandoned: false,
    };
    this.running.push(flight);
    this.current.set(key, flight);
    return flight;
  }

  private answer(entry: ModelEntry, end: End): void {
    this.use(entry);
    this.calls.push({ end, flight: undefined });
  }

  private use(entry: ModelEntry): void {
    this.entries = [entry, ...this.entries.filter((each) => each !== entry)];
  }

  private put(entry: ModelEntry): void {
    this.drop(entry.key);
    this.entries = [entry, ...this.entries].slice(0, MAX_ENTRIES);
  }

  private drop(key: string): void {
    this.entries = this.entries.filter((entry) => entry.key !== key);
  }

  private life(): Pick<ModelEntry, 'expiresAt' | 'staleUntil'> {
    return { expiresAt: this.now + TTL_MS, staleUntil: this.now + TTL_MS + STALE_MS };
  }
}
