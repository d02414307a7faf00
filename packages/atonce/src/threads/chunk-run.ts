import { performance } from 'node:perf_hooks';
import type { FinishedItems } from './finished-items.ts';
import type { LoadedTask } from './load-task.ts';
import { GO_ON, startStamp } from './status-cell.ts';
import { isThenable } from '../kernel/thenable.ts';
import { WorkerContext } from './worker-context.ts';
import type { ContextHost } from './worker-context.ts';
import { encodeError } from './wire-error.ts';
import type { ChunkMessage, StopMessage } from './wire.ts';

/** A chunk tells what it has finished after this long, so that a slow item does not hold back the others. */
const FLUSH_MS = 10;

/** Whether a request to stop is meant for an item. */
export function concerns({ first, count }: StopMessage, sequence: number): boolean {
  return sequence >= first && sequence < first + count;
}

/**
 * Runs the items of a chunk one after another. The worker's side.
 *
 * Short items make what is around the call the hot code, in a new isolate for each worker. So it is
 * in functions that are not `async`, and private by TypeScript only: both are optimised in a
 * fraction of the time, while the workers have better to do.
 */
export class ChunkRun {
  /** Of the item that is running. */
  context: WorkerContext | undefined;
  /** Whether the task's call is on the stack. */
  inCall = false;
  private readonly host: ContextHost;
  private readonly chunk: ChunkMessage;
  private readonly finished: FinishedItems;
  private readonly stops: readonly StopMessage[];
  private position = 0;
  private now: number = performance.now();
  private flushedAt: number = this.now;
  private utilization: Utilization | undefined;

  constructor(
    host: ContextHost,
    chunk: ChunkMessage,
    finished: FinishedItems,
    stops: readonly StopMessage[],
  ) {
    this.host = host;
    this.chunk = chunk;
    this.finished = finished;
    this.stops = stops;
  }

  async run(task: LoadedTask): Promise<void> {
    while (this.position < this.chunk.items.length) {
      const pending = this.runUntilPending(task);
      if (pending !== undefined) await this.follow(pending);
    }
    this.context = undefined;
    this.finished.waitedMs = idleSince(this.utilization);
  }

  /** Runs items until one has answered with a promise, which is given, or until none is left. */
  private runUntilPending(task: LoadedTask): PromiseLike<unknown> | undefined {
    const { items } = this.chunk;
    for (; this.position < items.length; this.position++) {
      const context = this.begin();
      if (context === undefined) continue;
      let value: unknown;
      try {
        this.inCall = true;
        value = task(items[this.position], context);
        this.inCall = false;
        if (isThenable(value)) return value;
      } catch (error) {
        this.failed(error);
        continue;
      }
      this.succeeded(value);
    }
    return undefined;
  }

  /** The next item's context; undefined when it is asked to stop before it has begun. */
  private begin(): WorkerContext | undefined {
    const { chunk, position, host } = this;
    const sequence = chunk.first + position;
    if (this.isStopped(sequence)) {
      this.finished.failed({ kind: 'stopped' }, 0);
      return undefined;
    }
    const { timeoutMs } = chunk;
    host.cell.start(sequence, timeoutMs === undefined ? undefined : startStamp());
    this.context = new WorkerContext(host, {
      sequence,
      index: at(chunk.indexes, position, 1),
      attempt: at(chunk.attempts, position, 0),
      timeoutMs,
    });
    return this.context;
  }

  private isStopped(sequence: number): boolean {
    if (this.host.cell.stopRequest(sequence) !== GO_ON) return true;
    return this.stops.length > 0 && this.stops.some((stop) => concerns(stop, sequence));
  }

  private async follow(pending: PromiseLike<unknown>): Promise<void> {
    this.utilization ??= performance.eventLoopUtilization();
    try {
      this.succeeded(await pending);
    } catch (error) {
      this.failed(error);
    }
    this.position++;
  }

  private succeeded(value: unknown): void {
    this.finished.succeeded(value, this.lap());
    this.finishItem();
  }

  private failed(error: unknown): void {
    this.inCall = false;
    const stopped = this.context?.isReason(error) === true;
    this.finished.failed(stopped ? { kind: 'stopped' } : encodeError(error), this.lap());
    this.finishItem();
  }

  /** Milliseconds since the item before. */
  private lap(): number {
    const before = this.now;
    this.now = performance.now();
    return this.now - before;
  }

  private finishItem(): void {
    this.context?.finish();
    if (this.now - this.flushedAt > FLUSH_MS) this.flush();
  }

  private flush(): void {
    this.finished.waitedMs = idleSince(this.utilization);
    this.utilization = undefined;
    this.finished.flush();
    this.now = performance.now();
    this.flushedAt = this.now;
  }
}

type Utilization = ReturnType<typeof performance.eventLoopUtilization>;

/** Milliseconds since then in which the event loop had nothing to do. */
function idleSince(then: Utilization | undefined): number {
  return then === undefined ? 0 : performance.eventLoopUtilization(then).idle;
}

/** Entry of a list, or of a sequence given by its first number and step. */
function at(list: number | readonly number[], position: number, step: number): number {
  return typeof list === 'number' ? list + position * step : (list[position] as number);
}
