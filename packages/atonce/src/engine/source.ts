import { refuse } from '../kernel/checks.ts';

/** What the verbs accept as items: anything that can be iterated, read lazily. */
export type Items<T> = Iterable<T> | AsyncIterable<T>;

/** One-at-a-time view of the items, the same for arrays, iterators and async iterators. */
export interface Source<T> {
  /** The item taken last. */
  current: T;
  /** True once there is nothing more to take. */
  ended: boolean;
  /** Number of items when known before reading them. */
  readonly total: number | undefined;
  /**
   * Takes the next item into `current`. False means nothing now: either `ended`, or an async source
   * that will call its listener.
   *
   * @throws whatever the source throws.
   */
  take(): boolean;
  /** Tells the source that no more is wanted, so that generators run their `finally`. */
  close(): void;
}

/** How an async source says that something came, or that it failed. */
export interface SourceListener {
  pump(): void;
  broke(error: unknown): void;
}

/**
 * Wraps any items.
 *
 * @throws OptionError when `items` cannot be iterated.
 */
export function openSource<T>(items: Items<T>, listener: SourceListener): Source<T> {
  const candidate = items as Partial<Iterable<T> & AsyncIterable<T>> | null | undefined;
  if (Array.isArray(items)) return new ArraySource<T>(items as readonly T[]);
  const isText = typeof candidate === 'string';
  const isObject = typeof candidate === 'object' || typeof candidate === 'function';
  if (candidate !== null && candidate !== undefined && (isObject || isText)) {
    if (typeof candidate[Symbol.asyncIterator] === 'function')
      return new AsyncSource<T>(items as AsyncIterable<T>, listener);
    if (typeof candidate[Symbol.iterator] === 'function')
      return new IteratorSource<T>(items as Iterable<T>);
  }
  throw refuse('items', 'an iterable or async iterable', items);
}

/** Reads an array by index, live: it sees what is pushed while it is read, as array iterators do. */
class ArraySource<T> implements Source<T> {
  current: T = undefined as T;
  ended = false;
  readonly total: number;
  private readonly items: readonly T[];
  private next = 0;

  constructor(items: readonly T[]) {
    this.items = items;
    this.total = items.length;
  }

  take(): boolean {
    if (this.next < this.items.length) {
      this.current = this.items[this.next++] as T;
      return true;
    }
    this.ended = true;
    return false;
  }

  close(): void {
    this.ended = true;
  }
}

class IteratorSource<T> implements Source<T> {
  current: T = undefined as T;
  ended = false;
  readonly total: number | undefined;
  private readonly iterator: Iterator<T>;

  constructor(items: Iterable<T>) {
    this.iterator = items[Symbol.iterator]();
    this.total = items instanceof Set || items instanceof Map ? items.size : undefined;
  }

  take(): boolean {
    if (this.ended) return false;
    let step: IteratorResult<T>;
    try {
      step = this.iterator.next();
    } catch (error) {
      // An iterator that threw is finished and must not be closed on top (ECMA-262, IteratorClose).
      this.ended = true;
      throw error;
    }
    if (step.done === true) {
      this.ended = true;
      return false;
    }
    this.current = step.value;
    return true;
  }

  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.iterator.return?.();
  }
}

/** Asks for one item at a time, and only when one is wanted, so that nothing is read ahead. */
class AsyncSource<T> implements Source<T> {
  current: T = undefined as T;
  ended = false;
  readonly total = undefined;
  private readonly iterator: AsyncIterator<T>;
  private readonly listener: SourceListener;
  private asked = false;
  private arrived = false;
  private value: T | undefined;

  constructor(items: AsyncIterable<T>, listener: SourceListener) {
    this.iterator = items[Symbol.asyncIterator]();
    this.listener = listener;
  }

  take(): boolean {
    if (this.arrived) {
      this.arrived = false;
      this.current = this.value as T;
      this.value = undefined;
      return true;
    }
    if (!this.ended && !this.asked) this.ask();
    return false;
  }

  close(): void {
    if (this.ended) return;
    this.ended = true;
    // Not awaited: a generator that waits for something that never comes would hold up the run's end.
    const closing = (async (): Promise<unknown> => this.iterator.return?.())();
    closing.catch(() => undefined);
  }

  private ask(): void {
    this.asked = true;
    // The async function turns a `next` that throws synchronously into a rejection too.
    const step = (async (): Promise<IteratorResult<T>> => this.iterator.next())();
    step.then(
      ({ done, value }) => {
        this.asked = false;
        if (this.ended) return;
        if (done === true) this.ended = true;
        else [this.arrived, this.value] = [true, value];
        this.listener.pump();
      },
      (error: unknown) => {
        this.asked = false;
        if (this.ended) return;
        this.ended = true;
        this.listener.broke(error);
      },
    );
  }
}
