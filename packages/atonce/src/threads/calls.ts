import type { Attempt, RunnerEvents } from '../engine/runner.ts';
import type { ModuleTaskSource } from '../engine/task.ts';
import { checkMs, checkNames, checkSignal } from '../kernel/checks.ts';
import { onAbort } from '../kernel/on-abort.ts';
import type { PoolRunOptions } from './pool.ts';
import { RemoteSession } from './remote-session.ts';
import type { SessionHooks } from './remote-session.ts';
import type { RunnerRequest } from '../engine/runner.ts';

/** One call of `pool.run`: an entry that knows whose promise it is. */
interface Call extends Attempt<unknown> {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type CallSession = RemoteSession<unknown, unknown>;

/** What calls need of their pool. */
export interface CallPool {
  pump(): void;
  openRemote(
    source: ModuleTaskSource,
    request: RunnerRequest<unknown, unknown>,
    hooks?: SessionHooks,
  ): CallSession;
}

/** With more sessions than this those with nothing to do are given up: time limits may all differ. */
const MOST_SESSIONS = 64;

const events: RunnerEvents<unknown> = {
  succeeded: (call, value) => (call as Call).resolve(value),
  failed: (call, error) => (call as Call).reject(error),
  reported: () => undefined,
  ready: () => undefined,
};

/**
 * Single calls, sent together: what callers ask for until the present turn of the event loop has
 * run all its promises is one batch. One session for each task and time limit.
 */
export class Calls {
  readonly #pool: CallPool;
  readonly #graceMs: number;
  readonly #sessions = new Map<string, CallSession>();
  #flushing = false;
  #count = 0;
  /** The task of most calls is the task of the call before. */
  #last:
    | {
        readonly source: ModuleTaskSource;
        readonly timeoutMs: number | undefined;
        readonly session: CallSession;
      }
    | undefined;

  constructor(pool: CallPool, graceMs: number) {
    this.#pool = pool;
    this.#graceMs = graceMs;
  }

  /** @throws OptionError for a bad option. */
  run(
    source: ModuleTaskSource,
    item: unknown,
    options: PoolRunOptions | undefined,
  ): Promise<unknown> {
    if (options !== undefined) checkOptions(options);
    const session = this.#sessionFor(source, options?.timeoutMs);
    const signal = options?.signal;
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const index = this.#count++;
      const call: Call = { item, index, attempt: 1, resolve, reject };
      session.enqueue(signal === undefined ? call : stoppable(call, signal, session));
      if (!this.#flushing) this.#flushSoon();
    });
  }

  /** A tick runs when no promise has anything to do, so that callers awakened together are sent together. */
  #flushSoon(): void {
    this.#flushing = true;
    process.nextTick(() => {
      this.#flushing = false;
      this.#pool.pump();
    });
  }

  #sessionFor(source: ModuleTaskSource, timeoutMs: number | undefined): CallSession {
    const last = this.#last;
    if (last !== undefined && last.source === source && last.timeoutMs === timeoutMs)
      return last.session;
    const key = `${source.url}\n${source.exportName}\n${timeoutMs}`;
    const session = this.#sessions.get(key) ?? this.#open(key, source, timeoutMs);
    this.#last = { source, timeoutMs, session };
    return session;
  }

  #open(key: string, source: ModuleTaskSource, timeoutMs: number | undefined): CallSession {
    if (this.#sessions.size >= MOST_SESSIONS) this.#forgetIdle();
    const task = (): never => undefined as never;
    const request = {
      task,
      concurrency: undefined,
      total: undefined,
      timeoutMs,
      graceMs: this.#graceMs,
      immediate: false,
      events,
    };
    const session = this.#pool.openRemote(source, request, { noWorker: () => this.#forget(key) });
    // What is queued is all there is: callers wait for it.
    session.noMore();
    this.#sessions.set(key, session);
    return session;
  }

  #forgetIdle(): void {
    for (const [key, session] of this.#sessions) if (session.outstanding === 0) this.#forget(key);
  }

  /** A pool that could not start workers is asked again by the next call. */
  #forget(key: string): boolean {
    this.#sessions.get(key)?.close();
    this.#sessions.delete(key);
    this.#last = undefined;
    return false;
  }

  /** Rejects every call that is waiting or in flight. */
  close(error: unknown): void {
    for (const session of this.#sessions.values()) session.shutDown(error);
    this.#sessions.clear();
    this.#last = undefined;
  }
}

function stoppable(call: Call, signal: AbortSignal, session: CallSession): Call {
  let over = false;
  const settle = <V>(act: (value: V) => void) => {
    return (value: V): void => {
      if (over) return;
      over = true;
      stopListening();
      act(value);
    };
  };
  const linked: Call = { ...call, resolve: settle(call.resolve), reject: settle(call.reject) };
  const stopListening = onAbort(signal, () => session.stopEntry(linked, signal.reason));
  return linked;
}

function checkOptions(options: PoolRunOptions): void {
  checkNames('run options', options, ['signal', 'timeoutMs']);
  if (options.signal !== undefined) checkSignal('signal', options.signal);
  if (options.timeoutMs !== undefined) checkMs('timeoutMs', options.timeoutMs);
}
