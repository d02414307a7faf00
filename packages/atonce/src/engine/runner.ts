import type { Task } from './task.ts';

/**
 * Something that executes tasks elsewhere than on the caller's event loop: threads, processes, or a
 * choice made while running. The engine takes the items, retries, journals and orders; a runner
 * only executes attempts, many at a time, and says what became of each exactly once.
 */
export interface Runner {
  /** Short name for decisions and messages, for instance `threads`. */
  readonly name: string;
  /**
   * Opens a session for one run.
   *
   * @throws AtonceError synchronously when the runner is closed or cannot execute this task at all.
   */
  open<T, R>(request: RunnerRequest<T, R>): RunnerSession<T>;
}

/** What one run asks of a runner. */
export interface RunnerRequest<T, R> {
  readonly task: Task<T, R>;
  /** How many items may be in execution at once; undefined leaves it to the runner. */
  readonly concurrency: number | undefined;
  /** Number of items if it is known before, for balancing the tail; undefined for lazy sources. */
  readonly total: number | undefined;
  /** Time limit of each attempt in milliseconds, counted from its real start; undefined for none. */
  readonly timeoutMs: number | undefined;
  /** How long an aborted or timed-out attempt may go on before its worker is terminated. */
  readonly graceMs: number;
  /** True when starts must not be queued ahead (a rate limit counts them): submit only what starts at once. */
  readonly immediate: boolean;
  /** Calls back into the engine. */
  readonly events: RunnerEvents<R>;
  /**
   * Set when nothing but its value is wanted of an item and the items are an array: a runner that
   * executes items on the caller's thread may take them from here, for a fraction of what an attempt costs.
   */
  readonly bulk?: BulkItems<R> | undefined;
}

/** The items of a run that have not begun, for a runner to execute many of them in one go, in order. */
export interface BulkItems<R> {
  readonly items: readonly unknown[];
  /**
   * Claims the next items, `most` at most, and gives how many; 0 when none may begin any more. They
   * begin at index `first`. Every claim is followed by `release`, in the same turn of the event loop.
   */
  claim(most: number): number;
  readonly first: number;
  /** Ends a claim: these are the values of its first items, the others have not begun. */
  release(values: readonly R[]): void;
  /** Turns the next item, which has begun, into an attempt that settles through the events; undefined when there is none. */
  begin(): Attempt<unknown> | undefined;
}

/** One try of one item, as handed to a runner. */
export interface Attempt<T> {
  readonly item: T;
  readonly index: number;
  /** 1 for the first try. */
  readonly attempt: number;
}

/** How a runner tells the engine. None of these may be called from inside `open`. */
export interface RunnerEvents<R> {
  /** The attempt is over. Exactly once per submitted attempt. `durationMs` is its own running time. */
  succeeded(attempt: Attempt<unknown>, value: R, durationMs: number): void;
  /** The attempt failed, timed out (`TimeoutError`), or its worker died. */
  failed(attempt: Attempt<unknown>, error: unknown, durationMs: number): void;
  /** The task called `context.report`. */
  reported(attempt: Attempt<unknown>, data: unknown): void;
  /** `capacity()` has grown: the engine should ask again. Called once after a batch of settlements. */
  ready(): void;
}

/** One run's use of a runner. */
export interface RunnerSession<T> {
  /** How many further attempts it takes now; 0 means wait for `ready`. `remaining` is unknown for lazy sources. */
  capacity(remaining: number | undefined): number;
  /** Hands over attempts, at most as many as `capacity` said. Settlements never happen inside this call. */
  submit(attempts: readonly Attempt<T>[]): void;
  /** The source has ended: nothing new comes but retries. Lets the runner balance its tail. */
  noMore(): void;
  /**
   * Stops every unsettled attempt: cooperative abort, then termination after the grace. Unsettled
   * attempts still settle through `failed`, at the latest after the grace.
   */
  abort(reason: unknown): void;
  /** Ends the session; nothing is in execution any more. */
  close(): void;
  /** Why the work was executed where it was; read after the last settlement. */
  decision(): Decision | undefined;
}

/** Where a run's tasks were executed, and why. */
export interface Decision {
  /** `loop` is many at once on the event loop, `inline` one after another on the caller's thread. */
  readonly ran: 'inline' | 'loop' | 'threads' | 'processes';
  /** Stable word: `too-small`, `unserialisable`, `io-bound`, `worth-it`, `not-a-module-task`, `no-worker`, `asked`. */
  readonly reason:
    | 'too-small'
    | 'unserialisable'
    | 'io-bound'
    | 'worth-it'
    | 'not-a-module-task'
    | 'no-worker'
    | 'asked';
  /** One sentence for people, with the measured numbers. */
  readonly text: string;
  /** What the decision rests on. */
  readonly measured: Readonly<Record<string, number>>;
}
