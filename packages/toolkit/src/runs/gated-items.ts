import type { StopSwitch } from './stop-switch.ts';

/**
 * The same items, ending as soon as the run drains, even while the next one is being waited for.
 * A source that fails ends the items too, and the run is told.
 */
export function gatedItems<T>(
  items: Iterable<T> | AsyncIterable<T>,
  stop: StopSwitch,
): Iterable<T> | AsyncIterable<T> {
  return Symbol.asyncIterator in items ? gatedAsync(items, stop) : gatedSync(items, stop);
}

function* gatedSync<T>(items: Iterable<T>, stop: StopSwitch): Generator<T> {
  try {
    for (const item of items) {
      if (stop.draining) return;
      yield item;
    }
  } catch (error) {
    stop.inputFailed(error);
  }
}

function gatedAsync<T>(items: AsyncIterable<T>, stop: StopSwitch): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => new Gate(items[Symbol.asyncIterator](), stop) };
}

class Gate<T> implements AsyncIterator<T> {
  readonly #inner: AsyncIterator<T>;
  readonly #stop: StopSwitch;
  // Not a race of promises: each would leave a reaction behind on the one that never settles.
  #answer: ((result: IteratorResult<T>) => void) | undefined;

  constructor(inner: AsyncIterator<T>, stop: StopSwitch) {
    this.#inner = inner;
    this.#stop = stop;
    stop.whenDraining(() => this.#end());
  }

  next(): Promise<IteratorResult<T>> {
    return new Promise((resolve) => {
      if (this.#stop.draining) return resolve({ done: true, value: undefined });
      this.#answer = resolve;
      this.#inner.next().then(resolve, (error: unknown) => {
        this.#stop.inputFailed(error);
        this.#end();
      });
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  #end(): void {
    this.#answer?.({ done: true, value: undefined });
    // It may be waiting for input that never comes, so its answer is not waited for.
    this.#inner.return?.().catch(() => undefined);
  }
}
