import { CancelledError } from '../../kernel/errors.ts';
import { onAbort } from '../../kernel/on-abort.ts';

/** What a computation is told. */
export interface ComputeContext {
  readonly key: string;
  /** Aborted when everybody who waited for the value has gone. Made when first read. */
  readonly signal: AbortSignal;
}

/** Told when the last one who waited has gone. */
export type OnAbandoned<V> = (flight: Flight<V>) => void;

/** The one computation of a key under way, and everybody who waits for it. */
export class Flight<V> {
  readonly key: string;
  readonly tags: readonly string[];
  readonly promise: Promise<V>;
  /** Nobody waits any more. */
  abandoned = false;
  private readonly onAbandoned: OnAbandoned<V>;
  private resolve: (value: V) => void = () => undefined;
  private reject: (error: unknown) => void = () => undefined;
  private controller: AbortController | null = null;
  private reason: unknown = undefined;
  /** Waiters that may go. */
  private waiters = 0;
  /** Somebody waits who cannot go. */
  private pinned = false;
  private landed = false;

  constructor(key: string, tags: readonly string[], onAbandoned: OnAbandoned<V>) {
    this.key = key;
    this.tags = tags;
    this.onAbandoned = onAbandoned;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** A controller costs microseconds, hence only for a computation that reads the signal. */
  get signal(): AbortSignal {
    if (this.controller === null) {
      this.controller = new AbortController();
      if (this.abandoned) this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }

  /** The value for one more waiter, who may go when `signal` is aborted; the others wait on. */
  wait(signal: AbortSignal | undefined): Promise<V> {
    if (signal === undefined) {
      this.pinned = true;
      return this.promise;
    }
    this.waiters++;
    // The computation may have aborted it, before anybody could listen.
    if (signal.aborted) {
      this.left(signal.reason);
      return Promise.reject(signal.reason);
    }
    return new Promise((resolve, reject) => {
      const withdraw = onAbort(signal, () => {
        withdraw();
        reject(signal.reason);
        this.left(signal.reason);
      });
      this.promise.then(
        (value) => {
          withdraw();
          resolve(value);
        },
        (error: unknown) => {
          withdraw();
          reject(error);
        },
      );
    });
  }

  /** Keeps the computation although nobody waits; its failure is told by an event. */
  waitForNobody(): void {
    this.pinned = true;
    this.promise.catch(() => undefined);
  }

  succeed(value: V): void {
    this.landed = true;
    this.resolve(value);
  }

  fail(error: unknown): void {
    this.landed = true;
    this.reject(error);
  }

  private left(reason: unknown): void {
    if (--this.waiters > 0 || this.pinned || this.landed) return;
    this.abandoned = true;
    this.reason = new CancelledError('everybody who waited for the value has gone', reason);
    this.onAbandoned(this);
    // Who waited has been told already; this ends what waits for the flight as such.
    this.promise.catch(() => undefined);
    this.fail(this.reason);
    this.controller?.abort(this.reason);
  }
}

/** What a computation is given: apart from the flight, so that it can settle nothing. */
export class FlightContext<V> implements ComputeContext {
  readonly key: string;
  private readonly flight: Flight<V>;

  constructor(flight: Flight<V>) {
    this.key = flight.key;
    this.flight = flight;
  }

  get signal(): AbortSignal {
    return this.flight.signal;
  }
}
