import { refuse } from '../kernel/checks.ts';

/** What the verbs accept as items: anything that can be iterated, read lazily. */
export type Items<T> = Iterable<T> | AsyncIterable<T>;

/** One-at-a-time view of the items, the same for arrays, iterators and async iterators. */
export interface Source<T> {
  /** The item taken last. */
  readonly current: T;
  /** True once there is nothing more to take. */
  readonly ended: boolean;
  /** Number of items when known before reading them. */
  readonly total: number | undefined;
  /**
   * Takes the next item into `current`. False means nothing now: either `ended`, or an async source
   * that will call its listener.
   *
   * @throws whatever the source throws.
   */
  take(): boolean;
  /**
   * Makes `ended` true if there is nothing more. A source that can only tell by reading reads one
   * item ahead, which the next `take` gives.
   *
   * @throws whatever the source throws.
   */
  lookAhead(): void;
  /** Tells the source that no more is wanted, so that generators run their `finally`. */
  close(): void;
}

/** How an async source says that something came, or that it failed. */
export interface SourceListener {
  pump(): void;
  broke(error: unknown): void;
}

/** A source that is there already, where the engine joins one run to another; whoever made it tells when to read on. */
export class ReadySource<T> {
  readonly source: Source<T>;

  constructor(source: Source<T>) {
    this.source = source;
  }
}

/** What a run accepts: the caller's items, or what another part of the engine gives it. */
export type RunItems<T> = Items<T> | ReadySource<T>;

/**
 * Wraps any items.
 *
 * @throws OptionError when `items` cannot be iterated.
 */
export function openSource<T>(items: RunItems<T>, listener: SourceListener): Source<T> {
  if (items instanceof ReadySource) return items.source;
  if (Array.isArray(items)) return new ArraySource<T>(items as readonly T[]);
  // Anything may have been given, also what cannot be asked.
  const candidate = Object(items) as Partial<Iterable<T> & AsyncIterable<T>>;
  if (typeof candidate[Symbol.asyncIterator] === 'function')
    return new AsyncSource<T>(items as AsyncIterable<T>, listener);
  if (typeof candidate[Symbol.iterator] === 'function')
    return new IteratorSource<T>(items as Iterable<T>);
  throw refuse('items', 'an iterable or async iterable', items);
}

/** Reads an array by index, live: it sees what is pushed while it is read, as array iterators do. */
export class ArraySource<T> implements Source<T> {
  current: T = undefined as T;
  readonly items: readonly T[];
  private next = 0;

  constructor(items: readonly T[]) {
    this.items = items;
  }

  get total(): number {
    return this.items.length;
  }

  get ended(): boolean {
    return this.next >= this.items.length;
  }

  take(): boolean {
    if (this.next >= this.items.length) return false;
    this.current = this.items[this.next++] as T;
    return true;
  }

  /** Counts items as taken that somebody reads from the array itself. */
  skip(count: number): void {
    this.next += count;
  }

  lookAhead(): void {
    // An array is asked for its length, not read.
  }

  close(): void {
    this.next = Infinity;
  }
}

class IteratorSource<T> implements Source<T> {
  current: T = undefined as T;
  ended = false;
  readonly total: number | undefined;
  private readonly iterator: Iterator<T>;
  /** Whether `current` was read but not taken yet. */
  private ahead = false;

  constructor(items: Iterable<T>) {
    this.iterator = items[Symbol.iterator]();
    this.total = items instanceof Set || items instanceof Map ? items.size : undefined;
  }

  take(): boolean {
    const taken = this.ahead || this.read();
    this.ahead = false;
    return taken;
  }

  lookAhead(): void {
    this.ahead ||= this.read();
  }

  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.iterator.return?.();
  }

  private read(): boolean {
    if (this.ended) return false;
    try {
      const step = checkStep(this.iterator.next());
      if (step.done) this.ended = true;
      else this.current = step.value;
    } catch (error) {
      // An iterator that threw is finished and must not be closed on top (ECMA-262, IteratorClose).
      this.ended = true;
      throw error;
    }
    return !this.ended;
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
    this.lookAhead();
    return false;
  }

  lookAhead(): void {
    if (!this.ended && !this.asked && !this.arrived) void this.ask();
  }

  close(): void {
    if (this.ended) return;
    this.ended = true;
    // Not awaited: a generator that waits for something that never comes would hold up the run's end.
    const closing = (async (): Promise<unknown> => this.iterator.return?.())();
    closing.catch(() => undefined);
  }

  /** Never rejects, also when `next` throws at once or gives no step. What comes after `close` belongs to nothing. */
  private async ask(): Promise<void> {
    this.asked = true;
    try {
      const step = checkStep(await this.iterator.next());
      if (this.ended) return;
      this.asked = false;
      if (step.done) this.ended = true;
      else [this.arrived, this.value] = [true, step.value];
    } catch (error) {
      if (this.ended) return;
      this.ended = true;
      return this.listener.broke(error);
    }
    this.listener.pump();
  }
}

/** An iterator that gives no object would otherwise never come to its end. */
function checkStep<S>(step: S): S {
  if (typeof step === 'object' && step !== null) return step;
  throw refuse('the result of next', 'an object', step);
}
